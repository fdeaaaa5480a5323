import { companyFacts, contactFacts, dataFacts } from '../../../tools/serve/page/facts'
import { textOf, valueOf } from '../../../tools/serve/page/mapping-text'
import { parse } from '../../../tools/serve/page/parse'
import { duration, pathOf, short, visible } from '../../../tools/serve/page/text'

const field = (type: string) => ({
  key: 'k',
  label: '',
  description: '',
  type,
  multiple: false,
  required: false,
  choices: []
})

describe('the editor', () => {
  it.each([
    ['{"type":"track"}', { kind: 'event', event: { type: 'track' } }],
    ['[{"a":1},{}]', { kind: 'batch', events: [{ a: 1 }, {}] }],
    ['', { kind: 'wrong', sentence: 'Write an event, or choose an example above.' }],
    ['[]', { kind: 'wrong', sentence: 'The batch is empty: put at least one event into it.' }],
    ['[{},1]', { kind: 'wrong', sentence: 'Entry 2 of the batch is not an event in braces.' }],
    ['3', { kind: 'wrong', sentence: 'An event is an object in braces; a batch is a list of them in brackets.' }]
  ])('reads %s', (text, expected) => {
    expect(parse(text)).toEqual(expected)
  })

  it('says where the JSON breaks', () => {
    expect(parse('{\n  "a": 1,\n  b\n}')).toMatchObject({
      sentence: expect.stringMatching(/^Line 3, column 3: /) as string
    })
    expect(parse('{"a"')).toMatchObject({ sentence: expect.stringMatching(/^Line 1, column 5: /) as string })
  })
})

describe('mapping fields', () => {
  it.each([
    [{ '@path': '$.traits.email' }, '$.traits.email'],
    ['plain', 'plain'],
    [250, '250'],
    [true, 'true'],
    [undefined, ''],
    [{ whole: { '@path': '$.a' } }, '{"whole":{"@path":"$.a"}}']
  ])('write %j as %s and read it back', (value, text) => {
    const type = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'string'
    expect(textOf(value)).toBe(text)
    expect(valueOf(text, field(type))).toEqual(value)
  })

  it('refuse a half-written object and a word for a number', () => {
    expect(() => valueOf('{"a":', field('object'))).toThrow()
    expect(() => valueOf('many', field('number'))).toThrow()
  })
})

describe('text', () => {
  it('shows what would hide or reorder', () => {
    expect(visible('a\u202eb\u200bc\u0000d\u2066e')).toBe('a\\u202eb\\u200bc\\u0000d\\u2066e')
    expect(visible('line\nend 👩‍🚀 ü ع')).toBe('line\nend 👩‍🚀 ü ع')
  })

  it('cuts what is very long and says so', () => {
    expect(short('x'.repeat(1_000_000)).length).toBeLessThan(350)
    expect(short('x'.repeat(1_000_000))).toContain('1,000,000 characters')
  })

  it('tells durations and paths', () => {
    expect([duration(null), duration(2.34), duration(56.7), duration(2345)]).toEqual(['–', '2.3 ms', '57 ms', '2.3 s'])
    expect(pathOf(new URL('https://api.crisp.chat/v1/website/w/people/data/a%40b.c?x=1'))).toBe(
      '/people/data/a@b.c?x=1'
    )
    expect(pathOf(new URL('https://api.crisp.chat/v1/website/w/%E0%A4%A'))).toBe('/%E0%A4%A')
  })
})

describe('the facts of a person', () => {
  it('have a label, the path by which changes name them, and a value in words', () => {
    const details = { nickname: 'Ada', phone: '+1', employment: { title: 'Head', name: 'Engines' }, profiles: [] }
    expect(contactFacts(details)).toEqual([
      { label: 'Phone', path: 'person.phone', value: '+1' },
      { label: 'Employment', path: 'person.employment', value: 'Head, Engines' }
    ])
    expect(companyFacts({ name: 'Engines', geolocation: {} })).toEqual([
      { label: 'name', path: 'company.name', value: 'Engines' }
    ])
  })

  it('keep the keys of custom data, also where a field of the profile is called so', () => {
    expect(dataFacts({ Phone: 0 })).toEqual([{ label: 'Phone', path: 'data.Phone', value: 0 }])
  })
})
