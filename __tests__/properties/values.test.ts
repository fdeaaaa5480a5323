import fc from 'fast-check'
import { EVENT_COLORS, LEGAL_KEY } from '../../src/api/limits'
import { flatten } from '../../src/flatten'
import { toCustomData, toProfile } from '../../src/identifyUser/profile'
import { toEvent } from '../../src/trackEvent/event'
import { codePoint, json, jsonObject } from './json'
import { patience, runs } from './runs'

jest.setTimeout(patience)

/** What must be in Object's prototype, before and after. */
const pristine = Object.getOwnPropertyNames(Object.prototype).sort()

afterEach(() => expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(pristine))

function expectPlain(data: object) {
  expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
  expect(Object.keys(JSON.parse(JSON.stringify(data)) as object)).toEqual(Object.keys(data))
}

function expectScalar(value: unknown) {
  expect(['string', 'number', 'boolean']).toContain(typeof value)
  if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
}

const isScalar = (value: unknown) =>
  typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))

describe('any JSON as traits', () => {
  it('becomes custom data of legal keys and values, legal keys unchanged', () => {
    fc.assert(
      fc.property(jsonObject, (traits) => {
        const data = toCustomData({ customData: traits })
        expectPlain(data)
        for (const [key, value] of Object.entries(data)) {
          expect(key).toMatch(LEGAL_KEY)
          expectScalar(value)
        }
        expect(Object.keys(data)).not.toContain('user_id')
        const profileTraits = ['email', 'name', 'first_name', 'last_name', 'phone', 'avatar', 'description', 'website']
        const ours = ['user_id', 'title', 'address', 'company', 'firstName', 'lastName', ...profileTraits]
        for (const [key, value] of Object.entries(traits)) {
          if (LEGAL_KEY.test(key) && isScalar(value) && !ours.includes(key)) {
            expect(Object.getOwnPropertyDescriptor(data, key)?.value).toBe(value)
          }
        }
      }),
      runs(30)
    )
  })

  it('becomes a profile of texts, and nothing throws', () => {
    const field = fc.option(json, { nil: undefined })
    const payload = fc.record({
      name: fc.option(fc.string(), { nil: undefined }),
      phone: fc.option(fc.string(), { nil: undefined }),
      address: field,
      company: field,
      customData: jsonObject
    })
    fc.assert(
      fc.property(payload, (mapped) => {
        const given = {
          ...mapped,
          address: { whole: mapped.address },
          company: { whole: mapped.company },
          customData: { ...mapped.customData, address: mapped.address, company: mapped.company }
        }
        const { person, company } = toProfile(given)
        const texts = [person, person?.geolocation, person?.employment, company].flatMap((part) =>
          Object.values(part ?? {}).filter((value) => typeof value !== 'object')
        )
        for (const text of texts) {
          expect(typeof text).toBe('string')
          expect(text).not.toBe('')
        }
        expectPlain(toCustomData(given))
      }),
      runs(30)
    )
  })
})

describe('any two keys', () => {
  it('stay two in custom data where they are too long or in another alphabet, the same in every run', () => {
    const key = fc.oneof(
      fc.stringMatching(/^[a-z0-9 ]{40,60}[A-Za-z0-9_]{0,20}$/),
      fc.string({ unit: fc.constantFrom('имя', 'я', '名', '前', '1', ' ', 'a'), minLength: 1, maxLength: 12 })
    )
    const told = (text: string) => text.length > 50 || /[\u0400-\uffff]/.test(text)
    fc.assert(
      fc.property(fc.uniqueArray(key.filter(told), { minLength: 2, maxLength: 8 }), (keys) => {
        const traits = Object.fromEntries(keys.map((name, index) => [name, index]))
        const data = toCustomData({ customData: traits })
        expect(Object.values(data).sort()).toEqual(keys.map((_name, index) => index).sort())
        expect(toCustomData({ customData: { ...traits, other: 1 } })).toEqual({ ...data, other: 1 })
      }),
      runs(30)
    )
  })
})

describe('any event', () => {
  const payload = fc.record(
    {
      eventName: fc.oneof(
        fc.string({ unit: codePoint, maxLength: 200 }),
        fc.string({ unit: 'grapheme', minLength: 75 })
      ),
      properties: jsonObject,
      color: fc.oneof(fc.constantFrom(...EVENT_COLORS), fc.string()),
      occurredAt: fc.oneof(fc.string(), fc.constant('2026-11-20T09:01:00.000Z'))
    },
    { requiredKeys: ['eventName'] }
  )

  it('keeps to 80 units of text, 10 properties, keys of 50 and values of 120, or is refused because it has no name', () => {
    fc.assert(
      fc.property(payload, (mapped) => {
        if (mapped.eventName.trim() === '') {
          expect(() => toEvent(mapped)).toThrow(/Event Name is empty/)
          return
        }
        const { text, data, color } = toEvent(mapped)
        expect(text.length).toBeGreaterThan(0)
        expect(text.length).toBeLessThanOrEqual(80)
        expect(mapped.eventName.trim().startsWith(text)).toBe(true)
        expectPlain(data)
        const entries = Object.entries(data)
        expect(entries.length).toBeLessThanOrEqual(10)
        for (const [key, value] of entries) {
          expect(key).toMatch(LEGAL_KEY)
          expectScalar(value)
          expect(value).not.toBe('')
          if (typeof value === 'string') expect(value.length).toBeLessThanOrEqual(120)
        }
        if (color !== undefined) expect(EVENT_COLORS).toContain(color)
        if (mapped.occurredAt?.trim()) expect(Object.keys(data)).toContain('occurred_at')
      }),
      runs(45)
    )
  })

  it('is never cut inside a character', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 60, maxLength: 200 })
    fc.assert(
      fc.property(text, text, (name, value) => {
        const { text, data } = toEvent({ eventName: `${name}x`, properties: { value } })
        for (const cut of [text, String(data.value)]) expect(cut).not.toMatch(/\p{Surrogate}/u)
      }),
      runs(30)
    )
  })

  it('keeps the legal properties at its top unchanged, in their order, as far as there is room', () => {
    const legal = fc.dictionary(fc.stringMatching(/^[A-Za-z_-][A-Za-z0-9_-]{0,49}$/), fc.integer(), {
      maxKeys: 15,
      noNullPrototype: true
    })
    fc.assert(
      fc.property(legal, jsonObject, (top, nested) => {
        const { data } = toEvent({ eventName: 'x', properties: { ...top, nested } })
        const given = Object.entries(top).filter(([key]) => key !== 'nested')
        expect(Object.entries(data).slice(0, Math.min(10, given.length))).toEqual(given.slice(0, 10))
      }),
      runs(30)
    )
  })
})

describe('time', () => {
  /** In bytes of JSON, roughly: eight times the 32 KB that Segment takes as one event, and a sixteenth of that. */
  const [LARGE, SMALL] = [256 * 1024, 16 * 1024]
  const key = (n: number) => `Key ${n}.é`
  const nest = (depth: number, wrap: (inner: unknown) => unknown, innermost: unknown) => {
    let value = innermost
    for (let level = 0; level < depth; level++) value = wrap(value)
    return value as Record<string, unknown>
  }

  /** Payloads by their size. */
  const SHAPES: Record<string, (bytes: number) => Record<string, unknown>> = {
    'many keys': (bytes) => Object.fromEntries(Array.from({ length: bytes / 20 }, (_, n) => [key(n), 'value'])),
    'many legal keys': (bytes) => Object.fromEntries(Array.from({ length: bytes / 16 }, (_, n) => [`key_${n}`, n])),
    'keys that all become one': (bytes) =>
      Object.fromEntries(Array.from({ length: bytes / 130 }, (_, n) => ['é'.repeat(60) + n, n])),
    'deep objects': (bytes) => nest(bytes / 6, (a) => ({ a }), { a: 1 }),
    'deep objects with siblings': (bytes) => nest(bytes / 24, (a) => ({ a, 'b c': 'value' }), { a: 1 }),
    'deep arrays': (bytes) => ({ list: nest(bytes / 2, (inner) => [inner], [1, 2]) }),
    'deep arrays of objects': (bytes) => ({ list: nest(bytes / 20, (inner) => [{ inner, x: 1 }], 1) }),
    'long keys': (bytes) => ({
      ['aB-é.'.repeat(bytes / 12)]: 1,
      [' '.repeat(bytes / 4)]: 2,
      ['_'.repeat(bytes / 4)]: 3
    }),
    'many long keys': (bytes) =>
      Object.fromEntries(Array.from({ length: bytes / 1000 }, (_, n) => ['Long Key '.repeat(110) + n, n])),
    'long texts': (bytes) => ({ a: 'é'.repeat(bytes / 4), b: '🚀'.repeat(bytes / 8), c: ' '.repeat(bytes / 4) }),
    'a long array of scalars': (bytes) => ({ list: Array.from({ length: bytes / 6 }, (_, n) => n) }),
    'a long array of objects': (bytes) => ({ list: Array.from({ length: bytes / 20 }, (_, n) => ({ id: n, a: [1] })) })
  }

  /** CPU time, which other work on the machine does not lengthen; in milliseconds, one at least. */
  function measureCpu(payload: Record<string, unknown>): number {
    const before = process.cpuUsage()
    toCustomData({ customData: payload })
    toEvent({ eventName: 'x', properties: payload })
    const { user, system } = process.cpuUsage(before)
    return Math.max(1, (user + system) / 1000)
  }

  it.each(Object.keys(SHAPES))('grows with a payload of %s as its size does, up to 256 KB', (shape) => {
    const [small, large] = [SMALL, LARGE].map((bytes) => SHAPES[shape](bytes))
    // 16 times the size: linear time is 16 times as long, quadratic time 256 times. Compilation and garbage collection
    // disturb single measurements; quadratic time would show in all of them.
    const ratios: number[] = []
    do ratios.push(measureCpu(large) / measureCpu(small))
    while (ratios.length < 6 && Math.min(...ratios) > 64)
    expect(Math.min(...ratios)).toBeLessThan(64)
  })

  it('does not depend on what an array holds that ends up in one text', () => {
    const levels = nest(2000, (inner) => ({ list: [{ inner }] }), 1)
    expect(() => flatten(levels, 'json')).not.toThrow()
    expect(() => flatten(levels, 'index')).not.toThrow()
  })
})
