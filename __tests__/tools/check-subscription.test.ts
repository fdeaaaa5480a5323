import type { Subscription } from '@segment/actions-core'
import { findMappingProblem, findTriggerProblem } from '../../tools/check-subscription'
import { defaultMapping, presetSubscriptions } from '../../tools/runtime'

describe('a trigger is good', () => {
  it.each([
    'type = "track"',
    'type = track',
    'type="track" and (event = "x" or event="y")',
    'type = "track" AND event = "A (b) and c"',
    'type = "track" and properties.a > 5.0 and properties.b = -1',
    'event contains "x"',
    'contains(event, "x")',
    '!match(event, "*x")',
    'type = "identify" and traits.email != null and traits.plan = true',
    'context.app.name = "x" or userId != null'
  ])('that says all that is read of it: %s', (trigger) => {
    expect(findTriggerProblem(trigger)).toBeUndefined()
  })

  it('of every preset', () => {
    expect(presetSubscriptions().map(({ subscribe }) => findTriggerProblem(subscribe))).toEqual([undefined, undefined])
  })
})

describe('a trigger has a problem', () => {
  it.each([
    ['', 'it is empty. Write a condition such as type = "track".'],
    [' ', 'it is empty. Write a condition such as type = "track".'],
    ['foo', '`foo` cannot be read. Write a condition such as type = "track".'],
    ['type == "track"', '`type == "track"` is read as `type = "="`. Write a condition such as type = "track".'],
    ["type = 'track'", /is read as `type = "'track'"`/],
    ['!(type = "track")', /is read as `type = "track"`/],
    ['type = "track" or', /is read as `type = "track"`/],
    ['type = "track" and event = "x" or event = "y"', /is read as `type = "track" or event = "x" or event = "y"`/],
    ['type = "tr\\"ack"', /is read as/],
    ['type="track"and(event="x")', /is read as `type = "track"`/],
    ['type is "track"', /cannot be read/],
    ['type in "track"', /cannot be read/],
    ['type = "track" && event = "x"', /cannot be read/],
    ['event = "a" and not (b = 1)', /cannot be read/],
    ['length(event) > 3', /cannot be read/]
  ])('when it says something else than what is read of it: %s', (trigger, problem) => {
    expect(findTriggerProblem(trigger)).toEqual(typeof problem === 'string' ? problem : expect.stringMatching(problem))
  })
})

describe('a mapping', () => {
  const check = (value: unknown) => findMappingProblem({ email: 'fixed', eventName: value } as Subscription['mapping'])

  it.each([
    [{ '@nope': '$.event' }, '/ has an invalid directive: @nope.'],
    [[{ '@nope': '$.event' }], /@nope/],
    [{ a: { b: { '@nope': 1 } } }, '/a/b has an invalid directive: @nope.'],
    [{ '@path': 5 }, /should be a string or a mapping directive/],
    [{ '@path': '$.a', '@template': 'x' }, /should only have one @-prefixed key/],
    [{ '@if': {} }, /requires an "exists" key/],
    [{ '@liquid': '{{ event | upcase' }, /not closed/],
    [{ '@liquid': '{% for a in b %}x{% endfor %}' }, /tag "for" is disabled/],
    [{ '@liquid': '{{ event | map: "x" }}' }, /filter "map" is disabled/],
    [{ '@if': { exists: { '@path': '$.no' }, then: { '@liquid': '{% if %}' } } }, /invalid value expression/]
  ])('is wrong in a field where no event could be mapped: %j', (value, problem) => {
    const wrong = check(value)
    expect(wrong).toEqual({
      field: 'eventName',
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem)
    })
    expect(wrong?.problem).toMatch(/^[^\n]*[^.]\.$/)
  })

  it.each([
    'a fixed text',
    { '@path': '$.event' },
    { '@liquid': '{{ properties.price | divided_by: 2 | round }}' },
    { '@json': { value: { '@path': '$.a' }, mode: 'decode' } },
    { '@arrayPath': ['$.a', { x: { '@path': '$.b' } }] },
    { '@if': { exists: { '@path': '$.a' }, then: { '@template': 'Hello {{a}}' }, else: '' } }
  ])('is good where it could: %j', (value) => {
    expect(check(value)).toBeUndefined()
  })

  it.each(['identifyUser', 'trackEvent'])('is good with the defaults of %s', (action) => {
    expect(findMappingProblem(defaultMapping(action))).toBeUndefined()
  })

  it('is good in every preset', () => {
    for (const { mapping } of presetSubscriptions()) expect(findMappingProblem(mapping)).toBeUndefined()
  })
})
