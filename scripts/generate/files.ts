import { readFileSync } from 'fs'
import { join } from 'path'
import { fieldsToJsonSchema } from '@segment/actions-core'
import type { GlobalSetting, InputField } from '@segment/actions-core'
import { compile } from 'json-schema-to-typescript'
import type { JSONSchema, Options } from 'json-schema-to-typescript'
import mapValues from 'lodash/mapValues'
import { ROOT } from '../steps'
import { buildMetadata } from './metadata'
import type { Definition } from './metadata'

type Fields = Record<string, InputField | GlobalSetting>

/** Turns a JSON schema into TypeScript, as json-schema-to-typescript does. */
export type Compile = (schema: JSONSchema, name: string, options: Partial<Options>) => Promise<string>

/**
 * The files that follow from a definition, by their path in the folder of the destination: `metadata.json`, and every
 * `generated-types.ts` as upstream's `generate:types` writes it.
 * @param compiler - upstream's version of json-schema-to-typescript, to compare with ours
 */
export async function generateFiles(definition: Definition, compiler: Compile = compile): Promise<Map<string, string>> {
  const settings = definition.authentication?.fields ?? {}
  const files = new Map([
    ['metadata.json', buildMetadata(definition)],
    ['generated-types.ts', await buildTypes(settings, 'Settings', compiler)]
  ])
  for (const [key, action] of Object.entries(definition.actions)) {
    files.set(`${key}/generated-types.ts`, await buildTypes(action.fields, 'Payload', compiler))
  }
  return files
}

function buildTypes(fields: Fields, name: string, compiler: Compile): Promise<string> {
  const schema = omitExtras(fieldsToJsonSchema(fields, { tsType: true }))
  const style = JSON.parse(readFileSync(join(ROOT, '.prettierrc.json'), 'utf8')) as Options['style']
  return compiler(schema, name, { bannerComment: '// Generated file. DO NOT MODIFY IT BY HAND.', style })
}

/** Titles and enums make needless types; upstream leaves them out at every level. */
function omitExtras(schema: JSONSchema): JSONSchema {
  const { title: _title, enum: _enum, ...rest } = schema
  if (rest.type === 'object' && rest.properties) {
    rest.properties = mapValues(rest.properties, (property) => omitExtras(property))
  } else if (rest.type === 'array' && rest.items) {
    rest.items = omitExtras(rest.items)
  }
  return rest
}
