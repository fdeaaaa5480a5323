import { mkdirSync, writeFileSync } from 'fs'
import { createRequire } from 'module'
import { dirname, join } from 'path'
import { fieldsToJsonSchema } from '@segment/actions-core'
import type AjvClass from 'ajv'
import { build as runEsbuild } from 'esbuild'
import type { Plugin } from 'esbuild'
import mapValues from 'lodash/mapValues'
import omit from 'lodash/omit'
import destination from '../../src'
import { BODY_FILE } from './script'

/** The oldest engine of Segment's Functions, Node.js 16, without the faults of its first releases. */
const TARGET = 'node16.9'

const CORE = dirname(require.resolve('@segment/actions-core'))
const fromCore = createRequire(join(CORE, 'index.js'))

/**
 * Builds the part of the script that is the same for every mapping: the libraries, minified, then our code, readable.
 * Mapping, conditions and schemas are those of Segment's runtime.
 */
async function buildBody(): Promise<string> {
  const libraries = await bundle({ stdin: LIBRARIES, name: 'libraries', minify: true, plugins: [coreFiles] })
  const ours = await bundle({ entry: join(__dirname, 'runtime/index.ts'), name: 'crisp', plugins: [globals] })
  return `/* eslint-disable */\n${libraries}\n${ours}`
}

/** What the script contains of other packages. */
const LIBRARIES = `
export { parseFql, validate as matchesCondition } from '@segment/destination-subscriptions'
export { transform } from 'core:mapping-kit/index.js'
export { resolveAudienceMembership } from 'core:audience-membership.js'
export { removeEmptyValues } from 'core:remove-empty-values.js'
export { LRUCache } from 'lru-cache'
export { validators, schemas } from 'validators'
`

/** The names that our code imports from `function-libraries`. */
const LIBRARY_EXPORTS = [...LIBRARIES.matchAll(/(\w+)(?=,| })/g)].map(([name]) => name)

interface Bundle {
  stdin?: string
  entry?: string
  name: string
  minify?: boolean
  plugins: Plugin[]
}

async function bundle({ stdin, entry, name, minify = false, plugins }: Bundle): Promise<string> {
  const { outputFiles } = await runEsbuild({
    ...(entry ? { entryPoints: [entry] } : { stdin: { contents: stdin ?? '', resolveDir: __dirname } }),
    bundle: true,
    format: 'iife',
    globalName: name,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: TARGET,
    minify,
    legalComments: 'none',
    write: false,
    plugins
  })
  return outputFiles[0].text
}

/** Files of actions-core that its package does not export one by one. */
const coreFiles: Plugin = {
  name: 'core files',
  setup: (build) => {
    build.onResolve({ filter: /^core:/ }, ({ path }) => ({ path: join(CORE, path.slice('core:'.length)) }))
    build.onResolve({ filter: /^validators$/ }, ({ path }) => ({ path, namespace: 'generated' }))
    build.onLoad({ filter: /.*/, namespace: 'generated' }, () => ({
      contents: generateValidators(),
      resolveDir: __dirname
    }))
    // The command checks a mapping before it becomes part of the script, and refuses Liquid, which is large.
    build.onResolve({ filter: /^\.\/(validate|liquid-directive)$/ }, ({ path, importer }) =>
      importer.startsWith(join(CORE, 'mapping-kit')) ? { path, namespace: 'omitted' } : undefined
    )
    build.onLoad({ filter: /.*/, namespace: 'omitted' }, () => ({
      contents: 'exports.__esModule = true\nexports.default = () => undefined'
    }))
  }
}

/** What Segment's Functions or the libraries before provide. */
const globals: Plugin = {
  name: 'globals',
  setup: (build) => {
    build.onResolve({ filter: /^(lodash\/|lru-cache$|function-libraries$)/ }, ({ path }) => ({
      path,
      namespace: 'global'
    }))
    build.onResolve({ filter: /^@segment\/actions-core$/ }, () => ({ path: join(__dirname, 'runtime/core.ts') }))
    build.onLoad({ filter: /.*/, namespace: 'global' }, ({ path }) => ({ contents: toGlobal(path) }))
  }
}

function toGlobal(path: string): string {
  if (path.startsWith('lodash/')) return `export default _.${path.slice('lodash/'.length)}`
  return `export const { ${LIBRARY_EXPORTS.join(', ')} } = libraries`
}

/** The schemas of the actions and functions that check them, by the options of Segment's runtime. */
function generateValidators(): string {
  const Ajv = (fromCore('ajv') as { default: typeof AjvClass }).default
  const standalone = (fromCore('ajv/dist/standalone') as { default: (ajv: AjvClass, names: object) => string }).default
  const ajv = new Ajv({
    coerceTypes: 'array',
    allErrors: true,
    allowUnionTypes: true,
    removeAdditional: true,
    code: { source: true, esm: true }
  })
  const actions = Object.keys(destination.actions)
  for (const action of actions) ajv.addSchema({ ...getSchema(action, 'title'), $id: action })
  const names = Object.fromEntries(actions.map((action) => [action, action]))
  const schemas = Object.fromEntries(actions.map((action) => [action, getSchema(action)]))
  return [
    standalone(ajv, names),
    `export const validators = { ${actions.join(', ')} }`,
    `export const schemas = ${JSON.stringify(schemas)}`
  ].join('\n')
}

/** The schema of an action without the texts that only editors show. */
function getSchema(action: string, ...alsoOmitted: string[]): object {
  const schema = fieldsToJsonSchema(destination.actions[action].fields)
  const omitted = ['description', 'default', ...alsoOmitted]
  return { ...schema, properties: mapValues(schema.properties, (property: object) => omit(property, omitted)) }
}

/** Writes the body where the command reads it. */
export async function writeBody(): Promise<void> {
  mkdirSync(dirname(BODY_FILE), { recursive: true })
  writeFileSync(BODY_FILE, await buildBody())
}

if (require.main === module) void writeBody()
