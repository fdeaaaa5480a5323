import { cut, flatten, snakeCase } from '../../src/flatten'
import type { FlatRules } from '../../src/flatten'

const customData: FlatRules = { legalKey: /^[a-z0-9_-]{1,50}$/, arrays: 'json' }
const eventProperties: FlatRules = { legalKey: /^[A-Za-z0-9_-]{1,50}$/, arrays: 'index' }

const asData = (source: object) => Object.fromEntries(flatten(source, customData))
const asProperties = (source: object) => Object.fromEntries(flatten(source, eventProperties))
const namesOf = (source: object, rules = eventProperties) => [...flatten(source, rules).keys()]

describe('nested values become flat', () => {
  it('joins the names of nested objects by an underscore', () => {
    expect(asData({ plan: { name: 'pro', seats: { used: 3 } } })).toEqual({ plan_name: 'pro', plan_seats_used: 3 })
  })

  it('keeps texts, numbers and booleans as they are', () => {
    expect(asData({ text: ' as is ', empty: '', price: 42.99, zero: 0, minus: -1, yes: true, no: false })).toEqual({
      text: ' as is ',
      empty: '',
      price: 42.99,
      zero: 0,
      minus: -1,
      yes: true,
      no: false
    })
  })

  it('leaves out what is no value', () => {
    const source = {
      a: null,
      b: undefined,
      c: NaN,
      d: Infinity,
      e: -Infinity,
      f: [],
      g: {},
      h: () => 1,
      i: Symbol('i')
    }
    expect(asData({ ...source, kept: 1 })).toEqual({ kept: 1 })
    expect(asProperties({ ...source, kept: 1 })).toEqual({ kept: 1 })
  })

  it('writes dates as ISO texts and leaves invalid dates out', () => {
    expect(asData({ signup: new Date('2026-03-01T10:00:00.000Z'), never: new Date(NaN) })).toEqual({
      signup: '2026-03-01T10:00:00.000Z'
    })
  })

  it.each([
    ['custom data', asData],
    ['event properties', asProperties]
  ])('joins arrays of plain values by ", " in %s', (_name, flat) => {
    const date = new Date('2026-03-01T10:00:00.000Z')
    expect(flat({ tags: ['vip', 7, true, null, undefined, NaN, date], none: [null] })).toEqual({
      tags: 'vip, 7, true, 2026-03-01T10:00:00.000Z'
    })
  })

  it('writes an array of objects into custom data as one JSON text: indices would go stale', () => {
    expect(asData({ children: [{ name: 'Ann' }, { name: 'Bob' }], grid: [[1, 2], [3]] })).toEqual({
      children: '[{"name":"Ann"},{"name":"Bob"}]',
      grid: '[[1,2],[3]]'
    })
  })

  it('spreads an array of objects into event properties by index', () => {
    expect(asProperties({ products: [{ sku: 'a', price: { net: 1 } }, 'gift', { sku: 'b' }] })).toEqual({
      products_0_sku: 'a',
      products_0_price_net: 1,
      products_1: 'gift',
      products_2_sku: 'b'
    })
  })
})

describe('the order of precedence', () => {
  it('takes shallow entries before deep ones and earlier before later', () => {
    expect(namesOf({ deep: { deeper: { deepest: 1 }, second: 2 }, first: 3, next: 4 })).toEqual([
      'first',
      'next',
      'deep_second',
      'deep_deeper_deepest'
    ])
  })

  it('takes what arrays of objects hold last, however shallow it is', () => {
    expect(namesOf({ products: [{ sku: 'a' }], cart: { total: { net: 1 } }, list: [{ id: 1 }] })).toEqual([
      'cart_total_net',
      'products_0_sku',
      'list_0_id'
    ])
  })

  it('lets the entry whose name was legal win, wherever it stands', () => {
    expect(asData({ 'Plan Name': 'changed', plan: { name: 'legal' } })).toEqual({ plan_name: 'legal' })
    expect(asData({ plan: { name: 'legal' }, planName: 'changed' })).toEqual({ plan_name: 'legal' })
  })

  it('lets the shallower entry win where both names were legal, then the earlier', () => {
    expect(asData({ plan: { name: 'deep' }, plan_name: 'shallow' })).toEqual({ plan_name: 'shallow' })
    expect(asData({ a: { b_c: 'earlier' }, a_b: { c: 'later' } })).toEqual({ a_b_c: 'earlier' })
  })

  it('lets the shallower entry win where both names were changed, then the earlier', () => {
    expect(asData({ Plan: { Name: 'deep' }, 'plan name': 'shallow' })).toEqual({ plan_name: 'shallow' })
    expect(asData({ planName: 'earlier', 'plan.name': 'later' })).toEqual({ plan_name: 'earlier' })
  })
})

describe('names of entries', () => {
  it.each([
    'order_completed_last_30days',
    'a',
    '9lives',
    '_private',
    'trailing_',
    'double__score',
    'kebab-case',
    '__proto__'
  ])('never changes the legal name %s', (name) => {
    const source = JSON.parse(`{ "${name}": true }`) as object
    expect(namesOf(source, customData)).toEqual([name])
    expect(namesOf(source)).toEqual([name])
  })

  it('keeps capitals in event properties, where Crisp allows them, and not in custom data', () => {
    expect(asProperties({ shippingMethod: '2-day' })).toEqual({ shippingMethod: '2-day' })
    expect(asData({ shippingMethod: '2-day' })).toEqual({ shipping_method: '2-day' })
  })

  it.each([
    ['shippingMethod', 'shipping_method'],
    ['last30Days', 'last30days'],
    ['order_completed_last_30days', 'order_completed_last_30days'],
    ['Order Completed', 'order_completed'],
    ['orderID', 'order_id'],
    ['HTMLParser', 'html_parser'],
    ['USER_ID', 'user_id'],
    ['plan.name', 'plan_name'],
    ['  spaced  out  ', 'spaced_out'],
    ['$price', 'price'],
    ['Größe (cm)', 'grosse_cm'],
    ['prénom', 'prenom'],
    ['kebab-Case', 'kebab-case'],
    ['日本語', ''],
    ['🎉', ''],
    ['', '']
  ])('turns "%s" into "%s"', (name, snake) => {
    expect(snakeCase(name)).toBe(snake)
  })

  it('cuts names at 50 characters, also joined ones', () => {
    expect(snakeCase('x'.repeat(51))).toBe('x'.repeat(50))
    expect(namesOf({ ['a'.repeat(30)]: { ['b'.repeat(30)]: 1 } })).toEqual([`${'a'.repeat(30)}_${'b'.repeat(19)}`])
    expect(namesOf({ ['a'.repeat(50)]: 1, ['b'.repeat(51)]: 2 }, customData)).toEqual(['a'.repeat(50), 'b'.repeat(50)])
  })

  it('drops an entry whose name holds nothing legal', () => {
    expect(asData({ 名前: 'Taro', '': 'nothing', '!?': 1, kept: 1 })).toEqual({ kept: 1 })
  })

  it('keeps the legal part of a nested name', () => {
    expect(asData({ 住所: { city: 'Kyoto' }, address: { 番地: '5' } })).toEqual({ city: 'Kyoto', address: '5' })
  })
})

describe('names that mean something to JavaScript', () => {
  const hostile = JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "toString": "text", "hasOwnProperty": 1}'
  ) as object

  it('treats them as data', () => {
    expect(flatten(hostile, eventProperties)).toEqual(
      new Map<string, unknown>([
        ['toString', 'text'],
        ['hasOwnProperty', 1],
        ['__proto___polluted', true],
        ['constructor_prototype_polluted', true]
      ])
    )
  })

  it('pollutes no prototype', () => {
    asData(hostile)
    asProperties(hostile)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.prototype.hasOwnProperty.call(Object.prototype, 'polluted')).toBe(false)
  })
})

describe('size', () => {
  it('flattens what is nested very deeply without failing', () => {
    let nested: object = { end: 1 }
    for (let depth = 0; depth < 20_000; depth++) nested = { n: nested }
    expect([...flatten(nested, customData).values()]).toEqual([1])
    let list: unknown[] = [1]
    for (let depth = 0; depth < 20_000; depth++) list = [list]
    expect(asData({ list, kept: true })).toMatchObject({ kept: true })
    expect([...flatten({ list }, eventProperties).values()]).toEqual(['1'])
  })

  it('keeps every one of many entries', () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_value, index) => [`key${index}`, index]))
    expect(flatten(many, customData).size).toBe(20_000)
  })
})

describe('cutting a text', () => {
  it('leaves a text that fits', () => {
    expect(cut('', 3)).toBe('')
    expect(cut('abc', 3)).toBe('abc')
  })

  it('counts UTF-16 units and never halves a character', () => {
    expect(cut('abcd', 3)).toBe('abc')
    expect(cut('ab🎉', 4)).toBe('ab🎉')
    expect(cut('ab🎉', 3)).toBe('ab')
    expect(cut('🎉🎉', 3)).toBe('🎉')
    expect(cut('ab🎉c', 4)).toBe('ab🎉')
  })
})

it('halves no character, from the first to the last of those that take two units', () => {
  for (const character of ['\u{10000}', '\u{10ffff}']) {
    expect(cut(`ab${character}`, 3)).toBe('ab')
    expect(cut(`ab${character}c`, 4)).toBe(`ab${character}`)
  }
  expect(cut('ab\ud7ffc', 3)).toBe('ab\ud7ff')
  expect(cut('ab\udc00c', 3)).toBe('ab\udc00')
})

it('begins no name with an underscore that Crisp was not sent', () => {
  expect(snakeCase('__a b')).toBe('a_b')
  expect(snakeCase('  A')).toBe('a')
})
