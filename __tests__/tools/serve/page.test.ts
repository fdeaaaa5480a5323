import { companyFacts, contactFacts, dataFacts } from '../../../tools/serve/page/facts'
import {
  changeAction,
  changeField,
  changeJson,
  findWrongFields,
  readText,
  toDraft,
  toSubscription,
  toTemplate,
  toText
} from '../../../tools/serve/page/drafts'
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

  it.each([
    ['{\n  "a": 1,\n  b\n}', 'Line 3, column 3: A property name needs double quotes.'],
    ['{"a"', 'Line 1, column 5: A colon and a value are missing after the name.'],
    ['{"a" 1}', 'Line 1, column 6: A colon and a value are missing after the name.'],
    ['{"a":}', 'Line 1, column 6: A value is missing.'],
    ['{"a":', 'Line 1, column 6: A value is missing.'],
    ['{"a":\n\n,"b":1}', 'Line 3, column 1: A value is missing.'],
    ['[1,,2]', 'Line 1, column 4: A value is missing.'],
    ['{"a":1,}', 'Line 1, column 8: There is a comma too many before this.'],
    ['[1,]', 'Line 1, column 4: There is a comma too many before this.'],
    ['{"a":1,,"b":2}', 'Line 1, column 8: A property is missing.'],
    ['{"a":1 "b":2}', 'Line 1, column 8: A comma is missing.'],
    ['[1 2]', 'Line 1, column 4: A comma is missing.'],
    ['{"a":abc}', 'Line 1, column 6: abc is not a value. A text needs double quotes.'],
    ['{"a": undefined, "b": 1}', 'Line 1, column 7: undefined is not a value. A text needs double quotes.'],
    ["{'a':1}", 'Line 1, column 2: Use double quotes instead of single quotes.'],
    ['{a:1}', 'Line 1, column 2: A property name needs double quotes.'],
    ['{"a":"x', 'Line 1, column 6: This text has no closing quote, or a line break in it.'],
    ['{"a":"\\x"}', 'Line 1, column 6: This text has an escape that JSON does not know.'],
    ['{"a":1', 'Line 1, column 7: The closing } is missing.'],
    ['{"a":[1', 'Line 1, column 8: The closing ] is missing.'],
    ['{"a":[1}', 'Line 1, column 8: The closing ] is missing.'],
    ['{"a":1}}', 'Line 1, column 8: Nothing may follow the end of the event.'],
    ['tru', 'Line 1, column 1: tru is not valid JSON.']
  ])('says where and how the JSON %j breaks, in the same words in every browser', (text, sentence) => {
    expect(parse(text)).toMatchObject({ kind: 'wrong', sentence })
  })

  it('warns of a key that is there twice in one object, not in two', () => {
    expect(parse('{"a":1,\n"b":2,"a":3}')).toMatchObject({
      kind: 'event',
      event: { a: 3 },
      warning: { sentence: 'Line 2, column 7: "a" is there twice; the last value counts.', from: 14, to: 17 }
    })
    expect(parse('[{"a":{"a":1}},{"a":2}]')).toMatchObject({ kind: 'batch', warning: undefined })
  })
})

describe('mapping fields', () => {
  it.each([
    [{ '@path': '$.traits.email' }, '$.traits.email', 'string'],
    [{ '@path': '$.' }, '$.', 'object'],
    [{ '@path': 'event' }, '{"@path":"event"}', 'string'],
    [{ '@template': 'Viewed {{event}}' }, '{"@template":"Viewed {{event}}"}', 'string'],
    ['plain', 'plain', 'string'],
    ['$5 off', '$5 off', 'string'],
    ['$.50 off', '$.50 off', 'string'],
    ['[VIP] bought', '[VIP] bought', 'string'],
    ['{{event}}', '{{event}}', 'string'],
    ['{curly} text', '{curly} text', 'string'],
    ['$.traits.plan', '{"@literal":"$.traits.plan"}', 'string', { '@literal': '$.traits.plan' }],
    [250, '250', 'number'],
    [true, 'true', 'boolean'],
    [undefined, '', 'string'],
    [{ whole: { '@path': '$.a' } }, '{"whole":{"@path":"$.a"}}', 'object'],
    [['a', 'b'], '["a","b"]', 'object']
  ])('write %j as %s and read it back as the same', (value, text, type, readAs: unknown = value) => {
    expect(toText(value, field(type))).toBe(text)
    expect(readText(text, field(type))).toEqual(readAs === undefined ? {} : { value: readAs })
  })

  it('refuse a half-written object and a word for a number, and say so', () => {
    const json = { sentence: 'Not valid JSON yet; the previous value is still used.' }
    expect(readText('{"a":', field('object'))).toEqual(json)
    expect(readText('{"@path":', field('string'))).toEqual(json)
    expect(readText('["a"', { ...field('string'), multiple: true })).toEqual(json)
    expect(readText('many', field('number'))).toEqual({
      sentence: 'Not a number yet; the previous value is still used.'
    })
  })

  it('offer the template form for a text with placeholders only', () => {
    expect(toTemplate('Viewed {{event}}')).toEqual({ '@template': 'Viewed {{event}}' })
    expect([toTemplate('plain'), toTemplate({ '@path': '$.event' }), toTemplate(undefined)]).toEqual([
      undefined,
      undefined,
      undefined
    ])
  })
})

describe('a subscription that is edited', () => {
  const fields = [field('string'), { ...field('number'), key: 'n', label: 'Size' }]
  const action = { key: 'trackEvent', title: '', description: '', fields }
  const draft = toDraft({ id: 'a', name: 'A', partnerAction: 'trackEvent', subscribe: '', mapping: { n: 1 } }, 'own')

  it('keeps the previous value of a field that is wrong, and names the field', () => {
    const changed = changeField(draft, fields[1], 'many')
    expect(toSubscription(changed).mapping).toEqual({ n: 1 })
    expect(findWrongFields(changed, fields).map(({ label }) => label)).toEqual(['Size'])
    const mended = changeField(changed, fields[1], '2')
    expect([toSubscription(mended).mapping, findWrongFields(mended, fields)]).toEqual([{ n: 2 }, []])
  })

  it('finds its mapping again when its action is changed and changed back', () => {
    const other = { ...action, key: 'identifyUser' }
    const back = changeAction(changeAction(changeField(draft, fields[1], '7'), other), action)
    expect(toSubscription(back).mapping).toEqual({ n: 7 })
  })

  it('is edited as JSON as a whole', () => {
    expect(toSubscription(changeJson(draft, '{"k":"x"}')).mapping).toEqual({ k: 'x' })
    const broken = changeJson(draft, '{"k":')
    expect([toSubscription(broken).mapping, findWrongFields(broken, fields).length]).toEqual([{ n: 1 }, 1])
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

  it('shows durations and paths', () => {
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
