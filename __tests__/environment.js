const vm = require('vm')
const { TestEnvironment } = require('jest-environment-node')

/**
 * Jest's environment for Node with a plain global object. Jest's own watches each use of a global, and a tenth of the
 * run goes into that. A Node that has no such object (before 20.18, before 22.8) watches as before. What watches could
 * clean up as well, which `globalsCleanup: 'off'` turns off anyway.
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
