import Ajv from 'ajv'
import { createSandbox } from '../../../tools/sandbox'
import { CHOICES, makeChoices } from '../../../tools/sandbox/choices'
import type { ChoiceName } from '../../../tools/sandbox/choices'
import { getRoutes } from '../../../tools/sandbox/routes'
import { getValidator } from '../../../tools/sandbox/validation'

interface Operation {
  operationId: string
  requestBody?: unknown
  responses: Record<
    string,
    { content: { 'application/json': { schema: { properties: { reason: { enum: string[] } } } } } }
  >
  parameters?: { name: string; in: string }[]
}

it('describes every route as OpenAPI 3.1: path, parameters, body, statuses and reasons', async () => {
  const crisp = await createSandbox()
  const response = await fetch(`${crisp.url}/openapi.json`)
  const description = (await response.json()) as { openapi: string; paths: Record<string, Record<string, Operation>> }
  await crisp.close()
  expect(description.openapi).toBe('3.1.0')

  for (const route of getRoutes(makeChoices())) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    const operation = description.paths[path]?.[route.method.toLowerCase()]
    expect(operation?.operationId).toBe(route.name)
    expect(operation.requestBody !== undefined).toBe(route.body !== undefined)
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
    expect(inPath.map(({ name }) => `:${name}`)).toEqual(route.path.match(/:\w+/g))
    for (const [status, answers] of Object.entries(route.answers)) {
      const { schema } = operation.responses[status].content['application/json']
      for (const { reason } of [answers].flat()) expect(schema.properties.reason.enum).toContain(reason)
    }
  }
  const own = Object.keys(description.paths).filter((path) => !path.startsWith('/v1/'))
  expect(own).toEqual([])
})

it('says at / what it is, where its description is, and every route, without a token and without a note', async () => {
  const crisp = await createSandbox()
  const response = await fetch(crisp.url)
  const page = (await response.json()) as { routes: { method: string; path: string; summary: string }[] }
  const count = crisp.journal.count()
  await crisp.close()
  expect([response.status, count]).toEqual([200, 0])
  expect(page).toMatchObject({
    name: 'Crisp sandbox',
    about: expect.stringContaining('Not made or endorsed by Crisp'),
    description: '/openapi.json',
    admin: '/_sandbox'
  })
  expect(page.routes.map(({ method, path }) => `${method} ${path}`)).toEqual(
    getRoutes(makeChoices()).map(({ method, path }) => `${method} ${path}`)
  )
})

// They are compiled when a request needs them first, and not checked by the sandbox itself.
it.each(Object.keys(CHOICES) as ChoiceName[])('has valid schemas, whatever %s is', (name) => {
  const ajv = new Ajv({ strict: false })
  for (const value of CHOICES[name].values) {
    const routes = getRoutes(makeChoices({ [name]: value }))
    const schemas = routes.flatMap(({ body, query }) => [body ?? {}, query ?? {}])
    expect(schemas.filter((schema) => !ajv.validateSchema(schema))).toEqual([])
    for (const schema of schemas) {
      expect(() => getValidator(schema, 'ignored')).not.toThrow()
      expect(() => getValidator(schema, 'refused')).not.toThrow()
    }
  }
})
