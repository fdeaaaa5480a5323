/** The part of Ajv that is used here; Ajv itself comes with Fastify. */
interface Validator {
  addKeyword(definition: object): unknown
}

/** `maxLength` counts code points; this keyword counts UTF-16 units, as JavaScript's `length` does. */
export function addLengthKeyword<T extends Validator>(ajv: T): T {
  ajv.addKeyword({
    keyword: 'x-utf16-max-length',
    type: 'string',
    schemaType: 'number',
    validate: (limit: number, text: string) => text.length <= limit,
    error: { message: ({ schema }: { schema: number }) => `must NOT have more than ${schema} characters` }
  })
  return ajv
}
