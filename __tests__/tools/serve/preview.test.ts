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
  ['type = "track"', true, 'type must be "track"; this event has "track".'],
  ['event != "Order Completed"', false, 'event must not be "Order Completed"; this event has "Order Completed".'],
  ['properties.total >= 200', false, 'properties.total must be a number of at least 200; this event has 151.5.'],
  ['properties.nested.deep = true', true, 'properties.nested.deep must be true; this event has true.'],
  ['traits.email != null', false, 'traits.email must be there; this event has none.'],
  ['contains(event, "Order")', true, 'event must contain "Order"; this event has "Order Completed".'],
  ['match(context.locale, "fr*")', false, 'context.locale must start with "fr"; this event has "en-GB".'],
  ['userId = "u2"', false, 'userId must be "u2"; this event has "u1".']
])('explains %s', (condition, matches, sentence) => {
  const found = match(condition, event)
  expect(found.matches).toBe(matches)
  expect(sentences(found.condition)).toEqual([sentence])
})

it('tells which clause of several does not match', () => {
  const { matches, condition } = match('type = "track" and (properties.plan = "free" or userId = "u1")', event)
  expect(matches).toBe(true)
  const [type, either] = condition?.children as [MatchNode, ClauseGroup]
  expect(type.matches).toBe(true)
  expect([either.operator, either.children.map((child) => child.matches)]).toEqual(['or', [false, true]])
})

it.each(['', 'nonsense', '(((', 'type = "page'])('says that %p is no condition', (condition) => {
  const { matches, error } = match(condition, event)
  expect(matches).toBe(false)
  expect(error).toMatch(/^The condition /)
})

it('cuts what an event holds when it is long', () => {
  const [sentence] = sentences(match('event = "x"', { event: 'y'.repeat(1_000_000) }).condition)
  expect(sentence.length).toBeLessThan(200)
})
