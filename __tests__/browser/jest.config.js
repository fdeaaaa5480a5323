process.env.TZ = 'UTC'

/** @type {import('jest').Config} The tester's page in a real browser: `npm run test:browser`. */
module.exports = {
  rootDir: '../..',
  displayName: 'browser',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/browser/*.browser.ts'],
  transform: { '^.+\\.tsx?$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }] },
  testTimeout: 120_000,
  maxWorkers: 2
}
