import { cut, flatten } from '../../src/flatten'
import type { ArrayRule } from '../../src/flatten'

const asData = (source: object) => Object.fromEntries(flatten(source, 'json'))
const asProperties = (source: object) => Object.fromEntries(flatten(source, 'index'))
const keysOf = (source: object, rule: ArrayRule = 'index') => [...flatten(source, rule).keys()]
const keyOf = (key: string) => keysOf({ [key]: 1 })[0]

describe('Nested values become flat', () => {
  it('joins the keys of nested objects by an underscore', () => {
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

  it('writes an array of objects into custom data as one JSON text: old indices would stay', () => {
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

describe('The order of precedence', () => {
  it('takes shallow entries before deep ones and earlier before later', () => {
    expect(keysOf({ deep: { deeper: { deepest: 1 }, second: 2 }, first: 3, next: 4 })).toEqual([
      'first',
      'next',
      'deep_second',
      'deep_deeper_deepest'
    ])
  })

  it('takes what arrays of objects hold last, however shallow it is', () => {
    expect(keysOf({ products: [{ sku: 'a' }], cart: { total: { net: 1 } }, list: [{ id: 1 }] })).toEqual([
      'cart_total_net',
      'products_0_sku',
      'list_0_id'
    ])
  })

  it('lets the entry whose key was legal win, wherever it stands', () => {
    expect(asData({ 'Plan Name': 'changed', plan: { name: 'legal' } })).toEqual({ plan_name: 'legal' })
    expect(asData({ plan: { name: 'legal' }, 'plan.name': 'changed' })).toEqual({ plan_name: 'legal' })
  })

  it('lets the shallower entry win where both keys were legal, then the earlier', () => {
    expect(asData({ plan: { name: 'deep' }, plan_name: 'shallow' })).toEqual({ plan_name: 'shallow' })
    expect(asData({ a: { b_c: 'earlier' }, a_b: { c: 'later' } })).toEqual({ a_b_c: 'earlier' })
  })

  it('lets the shallower entry win where both keys were changed, then the earlier', () => {
    expect(asData({ 'Plan ': { Name: 'deep' }, 'plan name': 'shallow' })).toEqual({ plan_name: 'shallow' })
    expect(asData({ 'plan Name': 'earlier', 'plan.name': 'later' })).toEqual({ plan_name: 'earlier' })
  })
})

describe('Keys of entries', () => {
  it.each([
    'order_completed_last_30days',
    'a',
    '9lives',
    '_private',
    'trailing_',
    'double__score',
    'kebab-case',
    '__proto__',
    'AppVersionCode',
    'createdAt',
    'Revenue_USD',
    'UPPER',
    'k'.repeat(50)
  ])('never changes the legal key %s', (key) => {
    const source = JSON.parse(`{ "${key}": true }`) as object
    expect(keysOf(source, 'json')).toEqual([key])
    expect(keysOf(source)).toEqual([key])
  })

  it('keep their capitals in event properties and in custom data: Crisp allows them', () => {
    expect(asProperties({ shippingMethod: '2-day' })).toEqual({ shippingMethod: '2-day' })
    expect(asData({ shippingMethod: '2-day' })).toEqual({ shippingMethod: '2-day' })
    expect(asData({ App: { versionCode: 7 } })).toEqual({ App_versionCode: 7 })
  })

  it.each([
    ['shippingMethod!', 'shipping_method'],
    ['last30Days!', 'last30days'],
    ['order_completed_last_30days!', 'order_completed_last_30days'],
    ['Order Completed', 'order_completed'],
    ['orderID!', 'order_id'],
    ['HTMLParser!', 'html_parser'],
    ['USER_ID!', 'user_id'],
    ['plan.name', 'plan_name'],
    ['  spaced  out  ', 'spaced_out'],
    ['$price', 'price'],
    ['Größe (cm)', 'grosse_cm'],
    ['prénom', 'prenom'],
    ['kebab-Case!', 'kebab-case'],
    ['price €', 'price']
  ])('that are not legal become snake_case: "%s" becomes "%s"', (key, snake) => {
    expect(keyOf(key)).toBe(snake)
  })

  it.each(['', '!?', '🎉', '日本語', 'имя'])('of which nothing is left become "key" and a hash: "%s"', (key) => {
    expect(keyOf(key)).toMatch(/^key_[0-9a-z]{6}$/)
  })

  it('over 50 characters keep their first 43 and end in a hash of the whole key, also joined ones', () => {
    expect(keyOf('x'.repeat(51))).toMatch(/^x{43}_[0-9a-z]{6}$/)
    expect(keyOf(`${'X y'.repeat(30)}`)).toMatch(/^[xy_]{43}_[0-9a-z]{6}$/)
    const [joined] = keysOf({ ['a'.repeat(30)]: { ['b'.repeat(30)]: 1 } })
    expect(joined).toMatch(/^a{30}_b{12}_[0-9a-z]{6}$/)
    const [fits, cutKey] = keysOf({ ['a'.repeat(50)]: 1, ['b'.repeat(51)]: 2 }, 'json')
    expect(fits).toBe('a'.repeat(50))
    expect(cutKey).toMatch(/^b{43}_[0-9a-z]{6}$/)
  })

  it('over 50 characters stay different when they differ only at their end', () => {
    const start = 'journey_step_entered_'.repeat(4)
    const values = asData({ [`${start}1`]: 1, [`${start}2`]: 2, [start]: { one: 3, two: 4 } })
    expect(Object.values(values).sort()).toEqual([1, 2, 3, 4])
    for (const key of Object.keys(values)) expect(key).toMatch(/^[A-Za-z0-9_-]{1,50}$/)
  })

  it('below two long keys that differ only at their end stay different', () => {
    const start = 'journey_step_entered_'.repeat(4)
    const values = asData({ [`${start}1`]: { at: 'a' }, [`${start}2`]: { at: 'b' } })
    expect(Object.values(values)).toEqual(['a', 'b'])
  })

  it('are the same from run to run: custom data is merged into what is stored', () => {
    expect(keyOf('x'.repeat(51))).toBe('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_tsowjz')
    expect(keyOf('имя 1')).toBe('1_xyizz1')
  })

  it('in other alphabets lose no value and stay different', () => {
    const source = { имя: 'a', фамилия: 'b', 名前: 'c', 'имя 1': 'd', 'фамилия 1': 'e' }
    for (const values of [asData(source), asProperties(source)]) {
      expect(Object.values(values)).toEqual(['a', 'b', 'c', 'd', 'e'])
      for (const key of Object.keys(values)) expect(key).toMatch(/^(key|1)_[0-9a-z]{6}$/)
    }
  })

  it('keep the legal part next to a part in another alphabet, and end in a hash', () => {
    const [city, address] = Object.entries(asData({ 住所: { city: 'Kyoto' }, address: { 番地: '5' } }))
    expect(city).toEqual([expect.stringMatching(/^city_[0-9a-z]{6}$/), 'Kyoto'])
    expect(address).toEqual([expect.stringMatching(/^address_[0-9a-z]{6}$/), '5'])
  })

  it('that hold nothing legal take no value from others', () => {
    const values = asData({ 名前: 'Taro', '': 'nothing', '!?': 1, kept: 1 })
    expect(values.kept).toBe(1)
    expect(Object.keys(values)).toHaveLength(4)
    expect(Object.values(values)).toEqual(['Taro', 'nothing', 1, 1])
  })

  it('with accents or symbols get no hash: nothing of them is lost', () => {
    expect(keysOf({ 'Prénom (usuel)': 1, 'A & B': 2 })).toEqual(['prenom_usuel', 'a_b'])
  })
})

describe('Keys that mean something to JavaScript', () => {
  const hostile = JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "toString": "text", "hasOwnProperty": 1}'
  ) as object

  it('are data', () => {
    expect(flatten(hostile, 'index')).toEqual(
      new Map<string, unknown>([
        ['toString', 'text'],
        ['hasOwnProperty', 1],
        ['__proto___polluted', true],
        ['constructor_prototype_polluted', true]
      ])
    )
  })

  it('pollute no prototype', () => {
    asData(hostile)
    asProperties(hostile)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.prototype.hasOwnProperty.call(Object.prototype, 'polluted')).toBe(false)
  })
})

describe('A large object', () => {
  it('may be nested very deeply', () => {
    let nested: object = { end: 1 }
    for (let depth = 0; depth < 20_000; depth++) nested = { n: nested }
    expect([...flatten(nested, 'json').values()]).toEqual([1])
    let list: unknown[] = [1]
    for (let depth = 0; depth < 20_000; depth++) list = [list]
    expect(asData({ list, kept: true })).toMatchObject({ kept: true })
    expect([...flatten({ list }, 'index').values()]).toEqual(['1'])
  })

  it('keeps every one of its entries', () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_value, index) => [`key${index}`, index]))
    expect(flatten(many, 'json').size).toBe(20_000)
  })
})

describe('A text that is cut', () => {
  it('stays as it is when it fits', () => {
    expect(cut('', 3)).toBe('')
    expect(cut('abc', 3)).toBe('abc')
  })

  it('is counted in UTF-16 units and never ends in an invalid character', () => {
    expect(cut('abcd', 3)).toBe('abc')
    expect(cut('ab🎉', 4)).toBe('ab🎉')
    expect(cut('ab🎉', 3)).toBe('ab')
    expect(cut('🎉🎉', 3)).toBe('🎉')
    expect(cut('ab🎉c', 4)).toBe('ab🎉')
  })
})

it('No character is cut in half, from the first to the last of those that take two units', () => {
  for (const character of ['\u{10000}', '\u{10ffff}']) {
    expect(cut(`ab${character}`, 3)).toBe('ab')
    expect(cut(`ab${character}c`, 4)).toBe(`ab${character}`)
  }
  expect(cut('ab\ud7ffc', 3)).toBe('ab\ud7ff')
  expect(cut('ab\udc00c', 3)).toBe('ab\udc00')
})

it('No changed key begins or ends with an underscore that Crisp was not sent', () => {
  expect(keyOf('__a b')).toBe('a_b')
  expect(keyOf('  A')).toBe('a')
  expect(keyOf('a b__')).toBe('a_b')
  expect(keyOf(`${'a'.repeat(42)} ${'b'.repeat(20)}`)).toMatch(/^a{42}_[0-9a-z]{6}$/)
})

it.each([
  ['a date as text', '2026-03-01T10:00:00.000Z'],
  ['seconds since 1970', 1772359200],
  ['milliseconds since 1970', 1772359200000],
  ['a number beyond 2^53 as text', '9007199254740993'],
  ['a number with an exponent', 1e21],
  ['a small number with an exponent', 1.5e-9],
  ['a number with an exponent as text', '1e400'],
  ['minus zero', -0],
  ['NaN as text', 'NaN']
])('%s is stored as it was sent', (_name, value) => {
  expect(asData({ value })).toEqual({ value })
  expect(asProperties({ value })).toEqual({ value })
})
