import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import imports from 'eslint-plugin-import-x'
import lodash from 'eslint-plugin-lodash'
import tseslint from 'typescript-eslint'

/** The flow of imports, one way: action → lanes → person → crisp; tools → src, never back. */
const flow = [
  { target: './src', from: ['./tools', './bench', './scripts', './__tests__'] },
  { target: './src/crisp', from: './src', except: ['./crisp', './generated-types.ts', './versioning-info.ts'] },
  { target: './src/person', from: './src', except: ['./person', './crisp', './generated-types.ts'] },
  { target: './src/identifyUser', from: ['./src/trackEvent', './src/index.ts'] },
  { target: './src/trackEvent', from: ['./src/identifyUser', './src/index.ts'] },
  { target: './tools', from: ['./bench', './scripts', './__tests__'] },
  {
    target: './tools/sandbox',
    from: ['./src', './tools/runtime', './tools/contract', './tools/send', './tools/serve', './tools/demo']
  },
  { target: './tools/contract', from: ['./src', './tools/runtime', './tools/send', './tools/serve', './tools/demo'] },
  { target: './tools/runtime', from: ['./tools/contract', './tools/send', './tools/serve', './tools/demo'] },
  { target: './tools/send', from: ['./tools/contract', './tools/serve', './tools/demo'] },
  { target: './tools/serve', from: ['./tools/contract', './tools/send'] },
  { target: './tools/demo', from: './tools/contract' }
]

export default tseslint.config(
  { ignores: ['bench/build/', 'dist/', 'coverage/', 'reports/', '**/generated-types.ts'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { lodash, 'import-x': imports },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones: flow }],
      'lodash/import-scope': ['error', 'method'],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { varsIgnorePattern: '^_', argsIgnorePattern: '^_', ignoreRestSiblings: true }
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='crypto'] ImportSpecifier[imported.name='createHash']",
          message: 'Upstream forbids createHash in destinations.'
        }
      ]
    }
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error'
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
