import { match } from '../../../tools/serve/preview'
import type { ClauseGroup, MatchNode } from '../../../tools/serve'

const event = {
  type: 'track',
  event: 'Order Completed',
  userId: 'u1',
  properties: { total: 151.5, plan: 'team', nested: { deep: true } },
  context: { locale: 'en-GB' }
}

function sentences(node: MatchNode | undefined): string[] {
  if (!node) return []
  return node.kind === 'clause' ? [node.sentence] : node.children.flatMap(sentences)
}

it.each([
  ['type = "track"', true, 'type is "track", as required.'],
  ['type = "page"', false, 'type is "track"; required is "page".'],
  ['event != "Order Completed"', false, 'event is "Order Completed"; required is anything but "Order Completed".'],
  ['properties.total >= 200', false, 'properties.total is 151.5; required is a number of at least 200.'],
  ['properties.total >= 100', true, 'properties.total is 151.5, as required: a number of at least 100.'],
  ['properties.nested.deep = true', true, 'properties.nested.deep is true, as required.'],
  ['traits.email != null', false, 'traits.email is missing; required is any value.'],
  ['traits.email = null', true, 'traits.email is missing, as required.'],
  ['contains(event, "Order")', true, 'event is "Order Completed", as required: a text that contains "Order".'],
  ['match(context.locale, "fr*")', false, 'context.locale is "en-GB"; required is a text that starts with "fr".'],
  ['userId = "u2"', false, 'userId is "u1"; required is "u2".']
])('explains %s', (condition, matches, sentence) => {
  const found = match(condition, event)
  expect(found.matches).toBe(matches)
  expect(sentences(found.condition)).toEqual([sentence])
})

it('shows which clause of several does not match', () => {
  const { matches, condition } = match('type = "track" and (properties.plan = "free" or userId = "u1")', event)
  expect(matches).toBe(true)
  const [type, either] = condition?.children as [MatchNode, ClauseGroup]
  expect(type.matches).toBe(true)
  expect([either.operator, either.children.map((child) => child.matches)]).toEqual(['or', [false, true]])
})

it.each(['', 'nonsense', '(((', 'type = "page', 'type = "page" and ()'])('says that %p is no trigger', (trigger) => {
  const { matches, problem, condition } = match(trigger, event)
  expect([matches, condition]).toEqual([false, undefined])
  expect(problem).toMatch(/^The trigger is empty|^Segment cannot read this trigger/)
})

it('explains a trigger that Segment reads differently as Segment reads it, with a warning', () => {
  const { matches, problem, condition } = match('type = "track" or event = "x" and userId = "u1"', event)
  expect(matches).toBe(false)
  expect(condition?.operator).toBe('and')
  expect(problem).toBe('Segment reads this trigger as: type = "track" and event = "x" and userId = "u1"')
})

it('cuts what an event holds when it is long', () => {
  const [sentence] = sentences(match('event = "x"', { event: 'y'.repeat(1_000_000) }).condition)
  expect(sentence.length).toBeLessThan(200)
})
