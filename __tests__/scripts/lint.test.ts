import { execFile } from 'child_process'
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'fs'
import { tmpdir } from 'os'
import { join } from 'path'
import { ROOT } from '../../scripts/steps'
import { writeFiles } from './temporary'
import type { Files } from './temporary'

// Loads ESLint and TypeScript.
jest.setTimeout(120_000)

const lines = (count: number, line = '//') => `${line}\n`.repeat(count)
const functionOf = (count: number) => `export function run() {\n${lines(count - 2)}}\n`

const MODULES = [
  'index',
  'batch',
  'outcome',
  'flatten',
  'testAuthentication',
  'onDelete',
  'generated-types',
  'versioning-info',
  'api/client',
  'api/errors',
  'api/limits',
  'api/types',
  'person/cache',
  'person/session',
  'person/reference',
  'identifyUser/index',
  'identifyUser/deliver',
  'identifyUser/profile',
  'identifyUser/generated-types',
  'trackEvent/deliver',
  'trackEvent/event'
]

/** By rule: planted code that it must refuse, and where. */
const REFUSED: Record<string, [file: string, code: string][]> = {
  'import-x/no-restricted-paths': [
    ['src/api/a1.ts', `import '../person/cache'`],
    ['src/api/a2.ts', `import '../batch'`],
    ['src/api/a3.ts', `import '../outcome'`],
    ['src/api/a4.ts', `import '../identifyUser/deliver'`],
    ['src/api/a5.ts', `import '../flatten'`],
    ['src/api/limits.ts', `import './client'`],
    ['src/api/types.ts', `import './errors'`],
    ['src/person/b1.ts', `import '../batch'`],
    ['src/person/b2.ts', `import '../trackEvent/deliver'`],
    ['src/person/b3.ts', `import '../outcome'`],
    ['src/person/reference.ts', `import './cache'`],
    ['src/batch.ts', `import './identifyUser/deliver'`],
    ['src/outcome.ts', `import './batch'`],
    ['src/flatten.ts', `import './api/client'`],
    ['src/testAuthentication.ts', `import './trackEvent/event'`],
    ['src/onDelete.ts', `import './batch'`],
    ['src/identifyUser/deliver.ts', `import '../trackEvent/event'`],
    ['src/identifyUser/profile.ts', `import '../api/client'`],
    ['src/trackEvent/event.ts', `import '../person/session'`],
    ['src/trackEvent/c1.ts', `import '../index'`],
    ['src/c2.ts', `import '../tools/a'`],
    ['src/c3.ts', `export * from '../outside'`],
    ['__tests__/src/c4.test.ts', `import '../../tools/a'`],
    ['tools/c5.ts', `import '../__tests__/src/c4.test'`]
  ],
  'import-x/no-cycle': [
    ['src/person/d1.ts', `import { b } from './d2'\nexport const a = 1\nexport const c = b`],
    ['src/person/d2.ts', `import { a } from './d1'\nexport const b = 2\nexport const d = a`],
    ['tools/d3.tsx', `import { b } from './d4'\nexport const a = 1\nexport const c = b`],
    ['tools/d4.tsx', `import { a } from './d3'\nexport const b = 2\nexport const d = a`]
  ],
  '@typescript-eslint/no-restricted-imports': [
    ['src/e1.ts', `import 'p-limit'`],
    ['src/e2.ts', `import 'lodash-es/get'`],
    ['src/e3.ts', `import 'nock'`],
    ['src/e4.ts', `import 'fs'`],
    ['src/e5.ts', `import 'node:fs/promises'`],
    ['src/e6.ts', `export * from 'fast-check'`],
    ['__tests__/src/e7.ts', `import 'fast-check'`]
  ],
  'lodash/import-scope': [['src/f1.ts', `import { get } from 'lodash'\nexport const a = get`]],
  'no-restricted-globals': [['src/f2.ts', `export const a = () => fetch('x')`]],
  'no-restricted-syntax': [
    ['src/g1.ts', `import { createHash } from 'crypto'\nexport const a = createHash`],
    ['src/g2.ts', `export const a = () => import('./batch')`],
    ['src/g3.ts', `export const a = (request: (url: string) => string) => request('x')`],
    ['src/g4.ts', 'export const a = (id: string) => `https://api.crisp.chat/v1/${id}`'],
    ['src/g5.ts', `export const a = '/website/1/people'`],
    ['src/g6.ts', `export const a = (error: unknown) => error instanceof HTTPError\nclass HTTPError {}`],
    ['src/g8.ts', `export const a = (error: unknown) => error instanceof RetryableError\nclass RetryableError {}`],
    ['src/g7.ts', `export const a = (error: { response: number }) => error.response`],
    ['src/api/client.ts', `export const a = (error: { response: number }) => error.response`],
    ['src/api/errors.ts', `export const a = '/website/1/people'`]
  ],
  'max-lines': [
    ['src/h1.ts', lines(151)],
    ['src/trackEvent/fields.ts', lines(201)]
  ],
  'max-lines-per-function': [['src/h2.ts', functionOf(41)]]
}

const ALLOWED: [file: string, code: string][] = [
  ['src/i01.ts', `import { get } from '@segment/actions-core'\nimport '@segment/actions-core/destination-kit'\nget()`],
  [
    'src/i02.ts',
    `import get from 'lodash/get'\nimport 'lru-cache'\nimport { createHmac } from 'crypto'\nget(createHmac)`
  ],
  ['src/i03.ts', `import 'node:url'\nimport './index'`],
  ['src/i04.ts', lines(150)],
  ['src/i05.ts', functionOf(40)],
  ['src/identifyUser/fields.ts', lines(200)],
  [
    'src/identifyUser/index.ts',
    `import '../batch'\nimport '../api/client'\nimport './deliver'\nimport '../generated-types'`
  ],
  [
    'src/trackEvent/deliver.ts',
    `import '../person/session'\nimport '../api/client'\nimport '../outcome'\nimport './event'`
  ],
  ['src/person/session.ts', `import './cache'\nimport '../api/client'\nimport '../generated-types'`],
  ['src/api/i06.ts', `import './client'\nimport '../versioning-info'`],
  ['src/api/i07.ts', `import './limits'`],
  ['src/index.ts', `import './identifyUser/index'\nimport './onDelete'\nimport './testAuthentication'`],
  [
    '__tests__/src/i08.test.ts',
    `import nock from 'nock'\nimport '../../src/index'\nimport './support'\nimport 'fs'\nnock()`
  ],
  ['tools/i09.ts', `import '../src/index'\nimport 'fs'`]
]

/** The rules in question need no types, and reading those of all packages takes as long as all else. */
const TSCONFIG = JSON.stringify({ compilerOptions: { noResolve: true, noLib: true, types: [] } })

/** The rules that the linter finds broken, by file. */
async function lint(files: Files): Promise<Record<string, string[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'lint-test-'))
  try {
    writeFiles(folder, { ...files, 'tsconfig.json': TSCONFIG })
    copyFileSync(join(ROOT, 'eslint.config.mjs'), join(folder, 'eslint.config.mjs'))
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
    const eslint = join(ROOT, 'node_modules/eslint/bin/eslint.js')
    const output = await new Promise<string>((resolve) =>
      execFile(
        process.execPath,
        [eslint, '--format', 'json', '.'],
        { cwd: folder, maxBuffer: 1 << 26 },
        (_error, out) => resolve(out)
      )
    )
    const results = JSON.parse(output) as { filePath: string; messages: { ruleId: string }[] }[]
    return Object.fromEntries(
      results.map(({ filePath, messages }) => [
        filePath.slice(filePath.indexOf('lint-test-')).split(/[\\/]/).slice(1).join('/'),
        [...new Set(messages.map(({ ruleId }) => ruleId))]
      ])
    )
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

let found: Record<string, string[]>

beforeAll(async () => {
  const planted = [...Object.values(REFUSED).flat(), ...ALLOWED]
  const present = [...MODULES.map((name) => `src/${name}.ts`), '__tests__/src/support.ts', 'tools/a.ts', 'outside.ts']
  found = await lint({
    ...Object.fromEntries(present.map((file) => [file, 'export {}\n'])),
    ...Object.fromEntries(planted)
  })
})

const refused = Object.entries(REFUSED).flatMap(([rule, cases]) =>
  cases.map(([file, code]) => ({ rule, file, head: code.split('\n')[0] }))
)

it.each(refused)('The linter refuses $head in $file by $rule.', ({ rule, file }) => {
  expect(found[file]).toContain(rule)
})

it.each(ALLOWED.map(([file]) => file))('The linter has nothing against the imports and sizes of %s.', (file) => {
  expect(found[file].filter((rule) => rule in REFUSED)).toEqual([])
})
