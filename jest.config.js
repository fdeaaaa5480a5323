process.env.TZ = 'UTC'

const project = {
  testEnvironment: require.resolve('./__tests__/environment'),
  testEnvironmentOptions: { globalsCleanup: 'off' },
  transform: { '^.+\\.tsx?$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] }
}

/** @type {import('jest').Config} */
module.exports = {
  // Jest leaves a core to itself otherwise, which is half of a machine with two, although the tests wait a lot.
  maxWorkers: '100%',
  // What takes a second here takes five on a busy machine, where jest's own limit would call it hung.
  testTimeout: 30_000,
  projects: [
    {
      ...project,
      displayName: 'destination',
      testMatch: ['<rootDir>/__tests__/src/**/*.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/__tests__/setup-nock.ts']
    },
    {
      ...project,
      displayName: 'local',
      globalSetup: '<rootDir>/__tests__/global-setup.ts',
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/__tests__/src/', '/__tests__/browser/'],
      setupFilesAfterEnv: ['<rootDir>/__tests__/setup-loopback.ts']
    }
  ],
  collectCoverageFrom: ['src/**/*.ts', 'tools/**/*.ts', '!**/generated-types.ts']
}
