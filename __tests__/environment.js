const asyncHooks = require('async_hooks')
const vm = require('vm')
const { TestEnvironment } = require('jest-environment-node')

/**
 * Compiles a module as a script, which V8 compiles once for all test files of a worker. Jest asks for a function, which
 * Node 20 compiles again for every file. That takes a tenth of the run.
 */
vm.compileFunction = (code, params, { parsingContext, ...options }) => {
  const head = `(function (${params}) {`
  return new vm.Script(`${head}${code}\n})`, { ...options, columnOffset: -head.length }).runInContext(parsingContext)
}

const { AsyncLocalStorage } = asyncHooks
/** Those that the test file at hand has made. */
const storages = []
asyncHooks.AsyncLocalStorage = class extends AsyncLocalStorage {
  /** @param {ConstructorParameters<typeof AsyncLocalStorage>} args */
  constructor(...args) {
    super(...args)
    storages.push(this)
  }
}

/**
 * Jest's environment for Node with a plain global object. Jest's own has Node watch each use of a global, which takes a
 * tenth of the run. A Node without plain ones (20 before 20.18, 22 before 22.8) watches as before. Jest cannot clean a
 * plain one up after a file; our configuration turns that off anyway (`globalsCleanup`).
 */
module.exports = class PlainEnvironment extends TestEnvironment {
  /** @param {ConstructorParameters<typeof TestEnvironment>} args */
  constructor(...args) {
    const { createContext } = vm
    vm.createContext = (_global, ...options) => createContext(vm.constants.DONT_CONTEXTIFY, ...options)
    try {
      super(...args)
    } finally {
      vm.createContext = createContext
    }
  }

  /** Jest and our runtime make storages for each file, and every promise of every later file would ask them. */
  async teardown() {
    await super.teardown()
    for (const storage of storages.splice(0)) storage.disable()
  }
}
