import { readFileSync } from 'fs'
import { join } from 'path'
import { fieldsToJsonSchema } from '@segment/actions-core'
import type { GlobalSetting, InputField } from '@segment/actions-core'
import { compile } from 'json-schema-to-typescript'
import type { JSONSchema, Options } from 'json-schema-to-typescript'
import destination from '../../src'
import type { Described } from '../metadata/text'
import { ROOT } from '../steps'

type Fields = Record<string, InputField | GlobalSetting>

/** Turns a JSON schema into TypeScript, as json-schema-to-typescript does. */
export type Compile = (schema: JSONSchema, name: string, options: Partial<Options>) => Promise<string>

/**
 * Every `generated-types.ts` of the destination, by its path from the root of the package, as upstream's
 * `generate:types` writes it.
 * @param definition - the destination
 * @param compiler - upstream's version of json-schema-to-typescript, to compare with ours
 */
export async function generatedTypes(
  definition: Described = destination,
  compiler: Compile = compile
): Promise<Map<string, string>> {
  const settings = definition.authentication?.fields ?? {}
  const files = new Map([['src/generated-types.ts', await typesOf(settings, 'Settings', compiler)]])
  for (const [key, action] of Object.entries(definition.actions)) {
    files.set(`src/${key}/generated-types.ts`, await typesOf(action.fields, 'Payload', compiler))
  }
  return files
}

function typesOf(fields: Fields, name: string, compiler: Compile): Promise<string> {
  const schema = withoutExtras(fieldsToJsonSchema(fields, { tsType: true }))
  const style = JSON.parse(readFileSync(join(ROOT, '.prettierrc.json'), 'utf8')) as Options['style']
  return compiler(schema, name, { bannerComment: '// Generated file. DO NOT MODIFY IT BY HAND.', style })
}

/** Titles and enums make needless types; upstream leaves them out at every level. */
function withoutExtras(schema: JSONSchema): JSONSchema {
  const { title: _title, enum: _enum, ...rest } = schema
  if (rest.type === 'object' && rest.properties) {
    rest.properties = Object.fromEntries(
      Object.entries(rest.properties).map(([key, property]) => [key, withoutExtras(property)])
    )
  } else if (rest.type === 'array' && rest.items) {
    rest.items = withoutExtras(rest.items)
  }
  return rest
}
