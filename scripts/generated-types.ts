import { readFileSync } from 'fs'
import { join } from 'path'
import { fieldsToJsonSchema } from '@segment/actions-core'
import type { GlobalSetting, InputField } from '@segment/actions-core'
import { compile } from 'json-schema-to-typescript'
import type { JSONSchema } from 'json-schema-to-typescript'
import destination from '../src'

type Fields = Record<string, InputField | GlobalSetting>

const ROOT = join(__dirname, '..')

/**
 * Every `generated-types.ts` of the destination, by its path from the root of the package, as upstream's
 * `generate:types` writes it.
 */
export async function generatedTypes(): Promise<Map<string, string>> {
  const files = new Map([['src/generated-types.ts', await typesOf(destination.authentication?.fields ?? {}, 'Settings')]])
  for (const [key, action] of Object.entries(destination.actions)) {
    files.set(`src/${key}/generated-types.ts`, await typesOf(action.fields, 'Payload'))
  }
  return files
}

function typesOf(fields: Fields, name: string): Promise<string> {
  const schema = withoutExtras(fieldsToJsonSchema(fields, { tsType: true }) as JSONSchema)
  const style = JSON.parse(readFileSync(join(ROOT, '.prettierrc.json'), 'utf8')) as Record<string, unknown>
  return compile(schema, name, { bannerComment: '// Generated file. DO NOT MODIFY IT BY HAND.', style })
}

/** Titles and enums make needless types; upstream leaves them out at every level. */
function withoutExtras(schema: JSONSchema): JSONSchema {
  const { title: _title, enum: _enum, ...rest } = schema
  if (rest.type === 'object' && rest.properties) {
    rest.properties = Object.fromEntries(
      Object.entries(rest.properties).map(([key, property]) => [key, withoutExtras(property)])
    )
  } else if (rest.type === 'array' && rest.items) {
    rest.items = withoutExtras(rest.items as JSONSchema)
  }
  return rest
}
