const { projects } = require('./jest.config')

/** The unit tests alone: the mutants live in `src`, and each needs a run of its own. */
module.exports = projects.find(({ displayName }) => displayName === 'destination')
