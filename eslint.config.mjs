import { builtinModules } from 'node:module'
import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import imports from 'eslint-plugin-import-x'
import lodash from 'eslint-plugin-lodash'
import tseslint from 'typescript-eslint'

const ACTIONS = ['identifyUser', 'trackEvent']

/** A part of src and the only other parts of it that it imports. Generated types and the API's version are free. */
const part = (target, ...except) => ({
  target: [target].flat().map((path) => `./src/${path}`),
  from: './src',
  except: ['generated-types.ts', 'versioning-info.ts', ...except].map((path) => `./${path}`),
  message: 'Imports go action → batch → person → api; pure modules import only pure ones.'
})

/** The flow of imports, one way: action → batch → person → api; tools → src, never back. */
const FLOW = [
  { target: './src', from: '.', except: ['./src', './node_modules'] },
  { target: './__tests__/src', from: '.', except: ['./src', './__tests__/src', './node_modules'] },
  part('api', 'api'),
  part(['api/limits.ts', 'api/types.ts'], 'api/limits.ts', 'api/types.ts'),
  part('flatten.ts', 'api/limits.ts', 'api/types.ts'),
  part('person', 'person', 'flatten.ts', 'api'),
  part('person/reference.ts', 'api/limits.ts', 'api/types.ts'),
  part('outcome.ts', 'api'),
  part('batchFields.ts'),
  part('batch.ts', 'outcome.ts', 'person', 'api'),
  part('testAuthentication.ts', 'outcome.ts', 'api'),
  part('onDelete.ts', 'outcome.ts', 'person', 'api'),
  ...ACTIONS.map((action) =>
    part(action, action, 'batch.ts', 'batchFields.ts', 'outcome.ts', 'flatten.ts', 'person', 'api')
  ),
  part(
    ['identifyUser/profile.ts', 'trackEvent/event.ts'],
    'identifyUser/generated-types.ts',
    'trackEvent/generated-types.ts',
    'flatten.ts',
    'person/reference.ts',
    'api/limits.ts',
    'api/types.ts'
  ),
  { target: './tools', from: ['./bench', './scripts', './__tests__'] },
  {
    target: './tools/sandbox',
    from: [
      './src',
      './tools/runtime',
      './tools/contract',
      './tools/send',
      './tools/serve',
      './tools/demo',
      './tools/function'
    ]
  },
  { target: './tools/contract', from: ['./src', './tools/runtime', './tools/send', './tools/serve', './tools/demo'] },
  { target: './tools/runtime', from: ['./tools/contract', './tools/send', './tools/serve', './tools/demo'] },
  { target: './tools/send', from: ['./tools/contract', './tools/serve', './tools/demo'] },
  { target: './tools/serve', from: ['./tools/contract', './tools/send'] },
  { target: './tools/demo', from: ['./tools/contract', './tools/function'] },
  { target: './tools/function', from: ['./tools/contract', './tools/serve', './tools/demo', './tools/sandbox'] }
]

/**
 * What a destination may import: the dependencies of upstream's package and what Node brings.
 * Source: packages/destination-actions/package.json of segmentio/action-destinations.
 */
const UPSTREAM = [
  '@segment/actions-core',
  '@segment/actions-shared',
  'ajv-formats',
  'cheerio',
  'dayjs',
  'escape-goat',
  'google-libphonenumber',
  'liquidjs',
  'lodash',
  'lru-cache'
]

/** Built-in modules that read files or open connections. */
const IO = ['child_process', 'cluster', 'dgram', 'dns', 'fs', 'http', 'http2', 'https', 'net', 'tls', 'worker_threads']

/** Refuses every import but files of the project and these packages. */
const only = (packages, message) => [
  'error',
  { patterns: [{ regex: `^(?!\\.|(node:)?(${packages.join('|')})(/|$))`, message }] }
]

const HASH = {
  selector: "ImportDeclaration[source.value='crypto'] ImportSpecifier[imported.name='createHash']",
  message: 'Upstream forbids createHash in destinations.'
}
const DYNAMIC_IMPORT = { selector: 'ImportExpression', message: 'Import at the top of the file.' }
const REQUEST = { selector: "CallExpression[callee.name='request']", message: 'Only api/client.ts sends requests.' }
const URL = {
  selector:
    ':matches(Literal[value=/api\\.crisp\\.chat|^\\u002Fwebsite/], TemplateElement[value.raw=/api\\.crisp\\.chat|^\\u002Fwebsite/])',
  message: 'Only api/client.ts builds a URL.'
}
const ERROR_CLASS = {
  selector:
    "BinaryExpression[operator='instanceof'][right.name=/^(HTTPError|FetchError|TimeoutError|AbortError|Request\\w+Error|IntegrationError|PayloadValidationError|InvalidAuthenticationError|RetryableError|APIError|SelfTimeoutError)$/]",
  message: 'Another copy of actions-core throws another class. Tell the error by its shape: api/errors.ts does.'
}
const RESPONSE = {
  selector: "MemberExpression[property.name='response']",
  message: 'Only api/errors.ts reads the answer of a failed request.'
}

export default tseslint.config(
  { ignores: ['bench/build/', 'dist/', 'coverage/', 'reports/', '**/generated-types.ts'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { lodash, 'import-x': imports },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver()],
      // Without it no-cycle does not look into our files.
      'import-x/extensions': ['.ts', '.tsx']
    },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: FLOW }],
      'lodash/import-scope': ['error', 'method'],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { varsIgnorePattern: '^_', argsIgnorePattern: '^_', ignoreRestSiblings: true }
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      'no-restricted-syntax': ['error', HASH]
    }
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Only api/client.ts sends requests.' }],
      'max-lines': ['error', 150],
      'max-lines-per-function': ['error', 40],
      '@typescript-eslint/no-restricted-imports': only(
        [...UPSTREAM, ...builtinModules.filter((name) => !IO.includes(name.split('/')[0]))],
        'Upstream has no such package, or it does I/O, which is for the request client alone.'
      ),
      'no-restricted-syntax': ['error', HASH, DYNAMIC_IMPORT, REQUEST, URL, ERROR_CLASS, RESPONSE]
    }
  },
  { files: ['src/*/fields.ts'], rules: { 'max-lines': ['error', 200] } },
  {
    files: ['src/api/client.ts'],
    rules: { 'no-restricted-syntax': ['error', HASH, DYNAMIC_IMPORT, ERROR_CLASS, RESPONSE] }
  },
  {
    files: ['src/api/errors.ts'],
    rules: { 'no-restricted-syntax': ['error', HASH, DYNAMIC_IMPORT, REQUEST, URL, ERROR_CLASS] }
  },
  {
    files: ['__tests__/src/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': only(
        [...UPSTREAM, 'nock', ...builtinModules],
        'Upstream has no such package, and these tests go there.'
      )
    }
  },
  // Jest's asymmetric matchers are typed any.
  { files: ['__tests__/**/*.ts'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { module: 'writable', process: 'readonly', require: 'readonly' } }
  },
  prettier
)
