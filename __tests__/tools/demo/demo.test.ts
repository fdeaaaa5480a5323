import get from 'lodash/get'
import { readExamples, runDemo } from '../../../tools/demo/demo'
import { toAgentView, toEventsTable } from '../../../tools/demo/tables'
import { PLAIN } from '../../../tools/style'

async function run(examples = readExamples()) {
  const lines: string[] = []
  const status = await runDemo(examples, (text) => lines.push(text), { style: PLAIN, width: 125 })
  return { status, text: lines.join('\n') }
}

const getWidth = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length))

describe('the demo', () => {
  let ended: Awaited<ReturnType<typeof run>>
  beforeAll(async () => {
    ended = await run()
  })

  it('delivers every example as the example says and exits with 0', () => {
    expect(ended.text).toContain('Every event ended as its example says.')
    expect(ended.status).toBe(0)
  })

  it('shows each event, each person as agents see them, and the requests against both daily quotas', () => {
    const { text } = ended
    expect(text).toContain('Completed Purchase')
    expect(text).toMatch(/ dropped .*\n.*\n.* 404 NOT_FOUND, no retry /)
    expect(text).toContain('John Doe <john.doe@segment.com>')
    expect(text).toContain('order_completed_last_30days: false')
    expect(text).toMatch(
      /\d+ requests for 41 events: .* of a website token's 10,000 a day, .* of a plugin token's 5,000/
    )
  })

  it('keeps colors away from everything but a terminal', () => {
    expect(ended.text).not.toContain('\u001b[')
  })

  it('exits with 1 and points at the event that did not end as its example says', async () => {
    const [first] = readExamples()
    const { status, text } = await run([{ ...first, expected: { outcome: 'dropped', requests: 4 } }])
    expect(status).toBe(1)
    expect(text).toContain('expected: dropped, 4 requests; was 4')
    expect(text).toContain('Not as their examples say: 1 of 1 events.')
  })
})

describe('the tables of the demo', () => {
  const [example] = readExamples()
  const row = {
    ...example,
    event: { type: 'track' as const, event: 'Order '.repeat(10), userId: 'u'.repeat(60) },
    verdict: {
      outcome: 'dropped' as const,
      status: 404,
      reason: 'Crisp does not know. '.repeat(8).trim(),
      retry: false
    },
    requests: 1
  }
  const person = {
    profile: {
      email: `${'long'.repeat(30)}@example.com`,
      person: { nickname: 'Ada', website: `https://example.com/${'x'.repeat(130)}` },
      company: {},
      segments: ['vip', 'order_completed_last_30days'],
      people_id: 'p1',
      created_at: 1,
      updated_at: 1,
      notepad: '',
      active: { now: false }
    },
    data: { about: 'word '.repeat(40), id: 'x'.repeat(130) },
    events: [{ text: 'Seen', data: { page: 'y'.repeat(130) }, timestamp: 1 }],
    subscription: { email: true }
  }

  it.each([80, 120])('are exactly %i columns wide on a terminal of that width, and cut long values with …', (width) => {
    for (const table of [toEventsTable([row], { style: PLAIN, width }), toAgentView(person, { style: PLAIN, width })]) {
      expect(getWidth(table)).toBe(width)
      expect(table).toContain('…')
      for (const line of table.split('\n')) expect([...line].length).toBe(width)
    }
  })

  it('show every word of a reason, however narrow they are', () => {
    const table = toEventsTable([row], { style: PLAIN, width: 80 })
    expect(table.match(/know\./g)).toHaveLength(8)
  })

  it('keep each value on one line of its own', () => {
    const lines = toAgentView(person, { style: PLAIN, width: 80 }).split('\n')
    expect(lines.filter((line) => line.includes('xxx') || line.includes('word'))).toHaveLength(3)
  })

  it('show the segments of a person', () => {
    const lines = toAgentView(person, { style: PLAIN, width: 80 }).split('\n')
    expect(lines.find((line) => line.includes('Segments'))).toContain('vip, order_completed_last_30days')
  })

  it('leave the segments out where a person has none', () => {
    const { segments: _segments, ...profile } = person.profile
    expect(toAgentView({ ...person, profile }, { style: PLAIN, width: 80 })).not.toContain('Segments')
    expect(
      toAgentView({ ...person, profile: { ...profile, segments: [] } }, { style: PLAIN, width: 80 })
    ).not.toContain('Segments')
  })
})

describe('the example events', () => {
  const events = readExamples().map(({ event }) => event)

  it('are at least 40, each with an expectation', () => {
    expect(events.length).toBeGreaterThanOrEqual(40)
  })

  it('hold what Engage sends of audiences, computed traits and Journeys, by identify and by track', () => {
    const kinds = events.map(({ type, context }) => `${String(get(context, 'personas.computation_class'))} ${type}`)
    for (const kind of ['audience', 'trait', 'journey_step']) expect(kinds).toContain(`${kind} identify`)
    for (const kind of ['audience', 'journey_step']) expect(kinds).toContain(`${kind} track`)
  })

  it('hold an event name of 100 characters with an emoji where Crisp would cut', () => {
    const name = events.find(({ messageId }) => messageId === 'example-13')?.event ?? ''
    expect(name).toHaveLength(100)
    expect(name.slice(79, 81)).toBe('🚀')
  })
})
