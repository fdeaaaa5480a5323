const vm = require('vm')
const { TestEnvironment } = require('jest-environment-node')

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
}
