const { projects } = require('./jest.config')

/**
 * The unit tests alone: the mutants live in `src`, and each needs a run of its own. The tests of expiry load `src` anew
 * within a test; Stryker would then take what is made once at loading for something that only that test makes.
 */
module.exports = {
  ...projects.find(({ displayName }) => displayName === 'destination'),
  testPathIgnorePatterns: ['/person/expiry\\.test\\.ts$']
}
