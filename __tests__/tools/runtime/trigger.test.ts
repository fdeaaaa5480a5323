import { findTriggerProblem, TRIGGER_FORMS } from '../../../tools/runtime/trigger'
import { presetSubscriptions } from '../../../tools/runtime'

it.each([
  ...TRIGGER_FORMS,
  'type="track"',
  '  type  =  "track"\nand event = "x"',
  '(type = "track")',
  '(type = "track") and (event = "x")',
  'type = "track" and (properties.plan = "free" or userId = "u1")',
  'properties.total >= 1.50',
  'properties.total >= "100"',
  'properties.delta > -5',
  'properties.code = 007',
  'properties.code = "007"',
  'properties.my\\ name = "x"',
  'properties.my\\-name = "x"',
  'context.device.type = "ios"',
  'event = ""',
  'event = "and ( or"',
  'event = "it\'s"',
  'name = null',
  'match(event, "*")',
  '!contains(traits.email,"@example.com")'
])('finds no problem with %s', (trigger) => {
  expect(findTriggerProblem(trigger)).toBeUndefined()
})

it('finds no problem with the triggers of the presets', () => {
  expect(presetSubscriptions().map(({ subscribe }) => findTriggerProblem(subscribe))).toEqual([undefined, undefined])
})

it.each([
  ['type == "track"', 'type = "="'],
  ["type = 'track'", `type = "'track'"`],
  ['type in ["track", "page"]', 'type in "["'],
  ['type = "track" and not event = "x"', 'type = "track" and event = "x"'],
  ['event = Order Completed', 'event = "Order"'],
  ['event = true', 'event = "true"'],
  ['event = null', 'event = "null"'],
  ['type = "track" and', 'type = "track"'],
  ['type = "track" or', 'type = "track"'],
  ['type = "track" or or event = "x"', 'type = "track" or event = "x"'],
  ['type = "track" OR type = "page"', 'type = "track" and type = "page"'],
  ['type = "page" event = "x"', 'type = "page" and event = "x"'],
  ['type = "track" and event = "x" or event = "y"', 'type = "track" or event = "x" or event = "y"'],
  ['type = "track" and messageId = "x"', 'type = "track"'],
  ['type = "track")', 'type = "track"'],
  ['properties.total = 1e3', 'properties.total = 1'],
  ['properties = 1', 'properties.properties = 1'],
  ['match(event, "Order")', 'match(event, "*rder")'],
  ['contains(event, "a"', 'contains(event, "a")'],
  ['event = "say \\"hi\\""', 'event = "say \\"']
])('tells that Segment reads %s as %s', (trigger, reading) => {
  expect(findTriggerProblem(trigger)).toEqual({ problem: `Segment reads this trigger as: ${reading}`, reading })
})

it.each([
  'foo',
  'a',
  '(((',
  '((type = "track"))',
  'type = "tra',
  'type ~ "x"',
  'type = "track" and ()',
  'messageId = "x"'
])('tells that Segment cannot read %s', (trigger) => {
  expect(findTriggerProblem(trigger)).toEqual({
    problem: 'Segment cannot read this trigger. Write it like type = "track" or properties.total >= 100.'
  })
})

it.each([
  ['', 'The trigger is empty. '],
  [' \n', 'The trigger is empty. '],
  ['type =', 'A value is missing at the end of the trigger. '],
  ['properties.total >= ', 'A value is missing at the end of the trigger. ']
])('tells what is missing in %p', (trigger, start) => {
  expect(findTriggerProblem(trigger)?.problem).toMatch(new RegExp(`^${start}`))
})

it('shows how to search inside a text when match() has an asterisk on both sides', () => {
  expect(findTriggerProblem('type = "track" and (match(event, "*Order*") or name = "x")')?.problem).toBe(
    'match() takes one * at the start or the end. To search inside a text, use contains().'
  )
})

it('refuses a trigger that takes long to read', () => {
  expect(findTriggerProblem(Array(50_000).fill('event = "x"').join(' or '))?.problem).toBe(
    'The trigger is longer than 10000 characters. Shorten it.'
  )
})

it.each([
  ['type = track', 'type = "track"'],
  ['type = "track" AND event = "x"', 'type = "track" and event = "x"']
])('tells that Segment reads %s as %s, which is the same', (trigger, reading) => {
  expect(findTriggerProblem(trigger)).toEqual({
    problem: `Segment reads this trigger as: ${reading}`,
    reading,
    isHarmless: true
  })
})

it.each(['type = "track") or (event = "x"', 'event contains "x"', 'type = "track" and event = "x" or event = "y"'])(
  'tells whether %s only looks different',
  (trigger) => {
    expect(!!findTriggerProblem(trigger)?.isHarmless).toBe(trigger === 'event contains "x"')
  }
)

it.each(['type is "track"', 'event = "a" and name is "b"'])(
  'tells that Segment knows no such operator: %s',
  (trigger) => {
    expect(findTriggerProblem(trigger)).toEqual({
      problem: 'Segment does not know the operator "is". Write it like type = "track" or properties.total >= 100.'
    })
  }
)
