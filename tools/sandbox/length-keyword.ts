/** A JSON Schema keyword: `maxLength` counts code points; this counts UTF-16 units, as JavaScript's `length` does. */
export const lengthKeyword = {
  keyword: 'x-utf16-max-length',
  type: 'string' as const,
  schemaType: 'number' as const,
  validate: (limit: number, text: string) => text.length <= limit,
  error: { message: ({ schema }: { schema: number }) => `must NOT have more than ${schema} characters` }
}
