import { transform } from '@segment/actions-core'
import destination from '../../../src'
import { defaultMapping, presetSubscriptions } from '../../../tools/runtime'
import { findMappingProblems } from '../../../tools/runtime/mapping-problems'

const event = { type: 'track', event: 'Order Completed', properties: { total: 5, items: [{ id: 1 }] } }

it.each(Object.keys(destination.actions))('finds no problem with the defaults of %s', (action) => {
  expect(findMappingProblems(defaultMapping(action))).toEqual([])
})

it('finds no problem with the mappings of the presets', () => {
  expect(presetSubscriptions().flatMap(({ mapping }) => findMappingProblems(mapping ?? {}))).toEqual([])
})

it.each([
  ['a text', 'VIP'],
  ['nothing', null],
  ['a path', { '@path': '$.event' }],
  ['a path with the metadata that Segment adds', { '@path': '$.event', _metadata: { label: 'Event' } }],
  ['a template', { '@template': 'Viewed {{event}}' }],
  ['an @if on a blank value', { '@if': { blank: { '@path': '$.name' }, then: 'a', else: 'b' } }],
  ['a literal', { '@literal': { plan: 'free' } }],
  ['Liquid', { '@liquid': '{% if event %}{{ event | upcase }}{% endif %}' }],
  ['Liquid that fails on an empty event only', { '@liquid': '{{ properties.total | times: 2 }}' }],
  ['directives in an object and a list', { a: [{ '@path': '$.event' }], b: { '@template': '{{type}}' } }],
  ['an arrayPath', { '@arrayPath': ['$.properties.items', { id: { '@path': '$.id' } }] }],
  ['a merge', { '@merge': { direction: 'right', objects: [{ '@path': '$.properties' }, { a: 1 }] } }]
])('finds no problem with %s', (_what, value) => {
  expect(findMappingProblems({ text: value })).toEqual([])
  expect(() => transform({ text: value }, event)).not.toThrow()
})

it.each([
  [{ '@bogus': 1 }, /^"@bogus" is not a directive\. The directives are @if, @case, /],
  [{ '@path': 5 }, /^"@path" should be a string or a mapping directive but it is a number\.$/],
  [{ '@path': '$.a', '@template': 'b' }, /^"@path" must stand alone, but "@template" stands next to it\.$/],
  [{ '@path': '$.a', fallback: 'b' }, /^"@path" must stand alone, but "fallback" stands next to it\.$/],
  [{ '@if': {} }, /^"@if" needs "exists" or "blank": what to look at\.$/],
  [{ '@if': 'x' }, /^"@if" should be an object but it is a string\.$/],
  [{ '@case': { value: 'x' } }, /^"@case" needs "operator"\.$/],
  [{ '@replace': { value: 'x' } }, /^"@replace" needs "pattern"\.$/],
  [
    { '@replace': { pattern: 'x'.repeat(11), value: 'x' } },
    /^"@replace\.pattern" should be a string of length 10 or less\.$/
  ],
  [{ '@flatten': { value: {} } }, /^"@flatten" needs "separator"\.$/],
  [{ '@json': { mode: 'encode' } }, /^"@json" needs "value"\.$/],
  [{ '@merge': { objects: [] } }, /^"@merge" needs "direction"\.$/],
  [{ '@transform': { apply: {} } }, /^"@transform" needs "mapping"\.$/],
  [{ '@arrayPath': 'x' }, /^"@arrayPath" should be an array but it is a string\.$/],
  [{ '@liquid': '{{ event' }, /^"@liquid" has a mistake: .*not closed.*\.$/],
  [{ '@liquid': '{% if event %}x' }, /^"@liquid" has a mistake: .*not closed.*\.$/],
  [{ '@liquid': '{% include "x" %}' }, /^"@liquid" cannot use the tag "include": Segment has switched it off\.$/],
  [
    { '@liquid': '{{ event | reverse }}' },
    /^"@liquid" cannot use the filter "reverse": Segment has switched it off\.$/
  ],
  [{ '@liquid': 'x'.repeat(1001) }, /^"@liquid" takes at most 1000 characters\.$/],
  [{ '@liquid': 5 }, /^"@liquid" takes a text\.$/],
  [{ '@if': { exists: { '@path': '$.never' }, then: { '@bogus': 1 } } }, /^"@bogus" is not a directive\./],
  [{ data: [{ '@if': {} }] }, /^"@if" needs /]
])('tells what is wrong with %j', (value, sentence) => {
  const problems = findMappingProblems({ good: 'x', text: value })
  expect(problems).toEqual([{ field: 'text', problem: expect.stringMatching(sentence) as string }])
})

it('names a directive that stands where a field should', () => {
  expect(findMappingProblems({ '@path': '$.event' })).toEqual([
    { field: '@path', problem: '"@path" stands where a field should. Put the directive into the value of a field.' }
  ])
})

it('stops at a mapping that is nested too deep', () => {
  let deep: unknown = 'x'
  for (let level = 0; level < 200; level++) deep = { a: deep }
  expect(findMappingProblems({ text: deep })).toEqual([
    { field: 'text', problem: 'The mapping is nested more than 100 levels deep.' }
  ])
})
