import { PayloadValidationError } from '@segment/actions-core'
import { toEvent } from '../../../src/trackEvent/event'
import type { Payload } from '../../../src/trackEvent/generated-types'

const of = (payload: Payload) => toEvent({ eventName: 'Completed Purchase', ...payload })
const numbered = (count: number) => Object.fromEntries(Array.from({ length: count }, (_value, i) => [`p${i}`, i]))

describe('The text of an event', () => {
  it('is its name, trimmed', () => {
    expect(toEvent({ eventName: '  Completed Purchase\n' })).toEqual({ text: 'Completed Purchase', data: {} })
  })

  it('has at most 80 characters, none of them halved', () => {
    expect(toEvent({ eventName: 'x'.repeat(80) }).text).toBe('x'.repeat(80))
    expect(toEvent({ eventName: 'x'.repeat(100) }).text).toBe('x'.repeat(80))
    expect(toEvent({ eventName: `${'x'.repeat(78)}🎉 and more` }).text).toBe(`${'x'.repeat(78)}🎉`)
    expect(toEvent({ eventName: `${'x'.repeat(79)}🎉 and more` }).text).toBe('x'.repeat(79))
  })

  it('is cut after it was trimmed', () => {
    expect(toEvent({ eventName: `${' '.repeat(100)}Completed Purchase` }).text).toBe('Completed Purchase')
  })

  it('does not end in white space where it was cut', () => {
    expect(toEvent({ eventName: `${'x'.repeat(79)} and more` }).text).toBe('x'.repeat(79))
  })

  it.each([undefined, '', '  ', '\n\t'])('cannot be %j', (eventName) => {
    expect(() => toEvent({ eventName })).toThrow(PayloadValidationError)
    expect(() => toEvent({ eventName })).toThrow(/Event Name is empty/)
  })
})

describe('The properties of an event', () => {
  it('are ten at most, the first ones', () => {
    expect(of({ properties: numbered(14) }).data).toEqual(numbered(10))
  })

  it('take shallow ones before deep ones, and arrays of objects last', () => {
    const properties = { products: [{ sku: 'a' }, { sku: 'b' }], cart: { id: 'c1' }, ...numbered(8) }
    expect(Object.keys(of({ properties }).data)).toEqual([...Object.keys(numbered(8)), 'cart_id', 'products_0_sku'])
  })

  it('keep their keys where Crisp accepts them', () => {
    const properties = { shippingMethod: '2-day', 'coupon-code': 'X', Revenue_USD: 1, 'Order Total': 2, größe: 3 }
    expect(of({ properties }).data).toEqual({
      shippingMethod: '2-day',
      'coupon-code': 'X',
      Revenue_USD: 1,
      order_total: 2,
      grosse: 3
    })
  })

  it('have keys of at most 50 characters', () => {
    for (const key of Object.keys(of({ properties: { ['k'.repeat(51)]: 1, a: { ['b'.repeat(60)]: 2 } } }).data)) {
      expect(key).toMatch(/^[A-Za-z0-9_-]{1,50}$/)
    }
  })

  it('have texts of at most 120 characters, none of them halved', () => {
    const properties = {
      fits: 'x'.repeat(120),
      long: 'x'.repeat(500),
      emoji: `${'x'.repeat(119)}🎉`,
      list: ['x'.repeat(200)]
    }
    expect(of({ properties }).data).toEqual({
      fits: 'x'.repeat(120),
      long: 'x'.repeat(120),
      emoji: 'x'.repeat(119),
      list: 'x'.repeat(120)
    })
  })

  it('keep numbers and booleans', () => {
    expect(of({ properties: { revenue: 42.99, gift: false, items: 0 } }).data).toEqual({
      revenue: 42.99,
      gift: false,
      items: 0
    })
  })

  it('count only what has a value', () => {
    expect(of({ properties: { a: null, b: undefined, c: [], d: {}, ...numbered(10) } }).data).toEqual(numbered(10))
  })

  it('leave out empty texts, which would take the places of others', () => {
    const empty = Object.fromEntries(Array.from({ length: 12 }, (_value, index) => [`empty${index}`, '']))
    expect(of({ properties: { ...empty, ...numbered(10) } }).data).toEqual(numbered(10))
    expect(of({ properties: { deep: { empty: '', list: [{ empty: '' }], kept: 0 }, blank: ' ' } }).data).toEqual({
      blank: ' ',
      deep_kept: 0
    })
  })

  it('are none when there are none', () => {
    expect(of({}).data).toEqual({})
    expect(of({ properties: {} }).data).toEqual({})
  })
})

describe('The time of an event', () => {
  const occurredAt = '2026-03-01T10:00:00.000Z'

  it('is not sent unless it is mapped', () => {
    expect(of({ properties: { a: 1 } }).data).toEqual({ a: 1 })
    expect(of({ occurredAt: ' ', properties: { a: 1 } }).data).toEqual({ a: 1 })
  })

  it('comes before the other properties and counts as one', () => {
    const { data } = of({ occurredAt: ` ${occurredAt} `, properties: numbered(14) })
    expect(Object.entries(data)).toEqual([['occurred_at', occurredAt], ...Object.entries(numbered(9))])
  })

  it('wins over a property of that name', () => {
    const { data } = of({ occurredAt, properties: { a: 1, occurred_at: 'yesterday', occurredAt: 'kept' } })
    expect(data).toEqual({ occurred_at: occurredAt, a: 1, occurredAt: 'kept' })
    expect(of({ properties: { occurred_at: 'yesterday' } }).data).toEqual({ occurred_at: 'yesterday' })
  })
})

describe('The color of an event', () => {
  it.each(['red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink', 'brown', 'grey', 'black'])(
    'may be %s',
    (color) => {
      expect(of({ color })).toEqual({ text: 'Completed Purchase', data: {}, color })
    }
  )

  it.each([undefined, '', 'Red', 'gray', 'white'])(
    'is left to Crisp when it is %j: Crisp refuses other values',
    (color) => {
      expect(of({ color })).toEqual({ text: 'Completed Purchase', data: {} })
    }
  )
})

it('An event has no timestamp and no ID that Crisp does not know', () => {
  expect(Object.keys(of({ email: 'a@b.c', userId: 'u1', unknownPerson: 'create', color: 'red' })).sort()).toEqual([
    'color',
    'data',
    'text'
  ])
})
