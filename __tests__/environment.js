const vm = require('vm')
const { TestEnvironment } = require('jest-environment-node')

/**
 * Jest's environment for Node with a plain global object. Jest's own watches each use of a global, and a tenth of the
 * run goes into that. Node before 20.18 has no such object and watches as before.
 */
module.exports = class PlainEnvironment extends TestEnvironment {
  /** @param {ConstructorParameters<typeof TestEnvironment>} args */
  constructor(...args) {
    const { createContext } = vm
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY)
    try {
      super(...args)
    } finally {
      vm.createContext = createContext
    }
  }
}
