import { readFileSync } from 'fs'
import { join } from 'path'
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { globSync } from 'tinyglobby'
import { runs } from '../../properties/runs'

type Lodash = Record<string, (...args: unknown[]) => unknown> & { VERSION: string }

const old = jest.requireActual<Lodash>('lodash-4.17.19')
const installed = jest.requireActual<Lodash>('lodash')

const SRC = join(__dirname, '../../../src')

/** The functions of lodash that the destination imports. */
const USED = [
  ...new Set(
    globSync('**/*.ts', { cwd: SRC, absolute: true }).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/from 'lodash\/(\w+)'/g)].map(([, name]) => name)
    )
  )
].sort()

const value = fc.oneof(
  fc.jsonValue(),
  fc.constant(undefined),
  fc.constant(new Date(0)),
  fc.constant(Object.create(null))
)
const record = fc.dictionary(fc.string(), fc.jsonValue())
const texts = fc.array(fc.oneof(fc.string(), fc.constantFrom('a', 'b')))
const keys = fc.array(fc.oneof(fc.string(), fc.constantFrom('a', 'a.b', 'person.phone', '__proto__')))
const isText = (entry: unknown) => typeof entry === 'string'

/** Arguments as the destination has them, and any others of the kind. */
const ARGUMENTS: Record<string, Arbitrary<unknown[]>> = {
  deburr: fc.tuple(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('déjà vu', 'Łódź', 'ﬁ', 'Ωmega'))),
  get: fc.tuple(record, fc.oneof(fc.string(), keys)),
  isEmpty: fc.tuple(value),
  isEqual: fc.oneof(
    fc.tuple(value, value),
    value.map((one): unknown[] => [one, structuredClone(one)])
  ),
  isPlainObject: fc.tuple(value),
  omit: fc.tuple(record, keys),
  omitBy: record.map((one) => [one, isText]),
  pick: fc.tuple(record, keys),
  union: fc.tuple(texts, texts),
  uniq: fc.tuple(texts)
}

describe("lodash 4.17.19, the version of Segment's Functions", () => {
  it('is the one that is compared', () => {
    expect(old.VERSION).toBe('4.17.19')
    expect(installed.VERSION).not.toBe(old.VERSION)
    expect(Object.keys(ARGUMENTS)).toEqual(USED)
  })

  it.each(USED)('has the same %s as the version of the destination', (name) => {
    fc.assert(
      fc.property(ARGUMENTS[name], (args) => {
        const [one, other] = [structuredCloneArgs(args), structuredCloneArgs(args)]
        expect(old[name](...one)).toEqual(installed[name](...other))
        expect(one).toEqual(other)
      }),
      runs(100)
    )
  })
})

/** Functions among the arguments stay the same. */
function structuredCloneArgs(args: unknown[]): unknown[] {
  return args.map((arg) => (typeof arg === 'function' ? arg : structuredClone(arg)))
}
