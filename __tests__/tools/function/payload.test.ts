import { randomUUID } from 'crypto'
import { fieldsToJsonSchema, transform, validateSchema } from '@segment/actions-core'
import type { SegmentEvent, Subscription } from '@segment/actions-core'
import fc from 'fast-check'
import destination from '../../../src'
import { defaultMapping } from '../../../tools/runtime'
import { eventLists } from '../../properties/events'
import { json } from '../../properties/json'
import { patience, runs } from '../../properties/runs'
import { loadFunction } from './load'
import type { Sandbox } from '../../../tools/sandbox'

jest.setTimeout(patience)

// The libraries of the printed script, in which the Function's own code finds them.
jest.mock('function-libraries', () => loadFunction({ url: 'http://127.0.0.1' } as Sandbox).libraries, { virtual: true })
const { toPayload } = jest.requireActual<typeof import('../../../tools/function/runtime/payload')>(
  '../../../tools/function/runtime/payload'
)
const { FunctionSettings } = jest.requireActual<typeof import('../../../tools/function/runtime/settings')>(
  '../../../tools/function/runtime/settings'
)
const { removeEmptyValues } = jest.requireActual<{
  removeEmptyValues: (payload: unknown, schema: object, isRoot: boolean) => object
}>('../../../node_modules/@segment/actions-core/dist/cjs/remove-empty-values.js')

const NO_SETTINGS = new FunctionSettings({})

/** The payload by Segment's runtime: what `Action.execute` of actions-core does before it calls the destination. */
function toRealPayload(event: SegmentEvent, { partnerAction, mapping }: Subscription): unknown {
  const schema = fieldsToJsonSchema(destination.actions[partnerAction].fields)
  const mapped = transform(mapping as never, event as never)
  const payload = removeEmptyValues(mapped, schema, true)
  validateSchema(payload, schema, { schemaKey: partnerAction })
  return payload
}

/** A payload or, where there is none, that it was refused. */
function attempt(run: () => unknown): unknown {
  try {
    return { payload: run() }
  } catch {
    return 'refused'
  }
}

/** Values that a mapping may hand to a field: right ones, other types, and choices that do not exist. */
const values = fc.oneof(
  json,
  fc.constantFrom('create', 'drop', 'retry', 'red', '', ' ', 'true', 'false', '7', null, true, 0, 1, 1e21),
  fc.array(fc.oneof(fc.string(), fc.integer()))
)

const ACTIONS = Object.keys(destination.actions)

/** As text: jest takes objects with a key named constructor for unequal. */
const toJson = (value: unknown) => JSON.stringify(value)

describe('the payload of an event', () => {
  // More than 1,000 events: a list has about 25.
  it.each(ACTIONS)('is the one of Segment for %s with the default mapping', (partnerAction) => {
    const subscription = { partnerAction, subscribe: '', mapping: defaultMapping(partnerAction) }
    fc.assert(
      fc.property(eventLists, (events) => {
        for (const event of events) {
          const expected = attempt(() => toRealPayload(structuredClone(event), subscription))
          expect(toJson(attempt(() => toPayload(structuredClone(event), subscription, NO_SETTINGS)))).toBe(
            toJson(expected)
          )
        }
      }),
      runs(45)
    )
  })

  it.each(ACTIONS)('is the one of Segment for %s whatever the fields are mapped to', (partnerAction) => {
    const names = Object.keys(destination.actions[partnerAction].fields)
    const mappings = fc.dictionary(fc.constantFrom(...names, 'unknownField'), values)
    fc.assert(
      fc.property(mappings, fc.boolean(), (given, isReferred) => {
        // Directives would be read in the values themselves, which the other property does.
        const traits = structuredClone(given)
        const mapping = Object.fromEntries(Object.keys(given).map((key) => [key, { '@path': `$.traits.${key}` }]))
        const event = { type: 'identify', traits, userId: 'u1' } as unknown as SegmentEvent
        const subscription = {
          partnerAction,
          subscribe: '',
          mapping: isReferred ? { ...mapping, userId: { '@path': '$.userId' } } : mapping
        } as Subscription
        const expected = attempt(() => toRealPayload(structuredClone(event), subscription))
        expect(toJson(attempt(() => toPayload(structuredClone(event), subscription, NO_SETTINGS)))).toBe(
          toJson(expected)
        )
      }),
      runs(300)
    )
  })

  it('is made by every directive as Segment does it', () => {
    const event = {
      type: 'track',
      event: 'Order Completed',
      userId: randomUUID(),
      properties: {
        items: [
          { name: 'a', price: 1 },
          { name: 'b', price: 2 }
        ],
        nested: { deep: { er: 1 } },
        text: 'A-b'
      }
    } as unknown as SegmentEvent
    const path = (name: string) => ({ '@path': `$.properties.${name}` })
    const directives = {
      if: { '@if': { exists: path('text'), then: 'yes', else: 'no' } },
      case: { '@case': { operator: 'lower', value: path('text') } },
      replace: { '@replace': { pattern: '-', replacement: '+', value: path('text') } },
      arrayPath: { '@arrayPath': ['$.properties.items', { title: { '@path': '$.name' } }] },
      template: { '@template': 'Hello {{properties.text}}' },
      literal: { '@literal': { a: 1 } },
      flatten: { '@flatten': { value: path('nested'), separator: '_' } },
      json: { '@json': { value: path('nested'), mode: 'encode' } },
      merge: { '@merge': { objects: [path('nested'), { other: 1 }], direction: 'right' } },
      transform: { '@transform': { apply: { x: path('text') }, mapping: { y: { '@path': '$.x' } } } },
      excludeWhenNull: { '@excludeWhenNull': path('nothing') }
    }
    const subscription = {
      partnerAction: 'trackEvent',
      subscribe: '',
      mapping: { userId: { '@path': '$.userId' }, properties: directives }
    } as unknown as Subscription
    const payload = toPayload(event, subscription, NO_SETTINGS)
    expect(payload).toEqual(toRealPayload(event, subscription))
    expect(Object.keys((payload as { properties: object }).properties)).toHaveLength(10)
  })
})
