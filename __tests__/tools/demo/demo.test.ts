import { readExamples, runDemo } from '../../../tools/demo/demo'
import { PLAIN } from '../../../tools/style'

async function run(examples = readExamples()) {
  const lines: string[] = []
  const status = await runDemo(examples, (text) => lines.push(text), PLAIN)
  return { status, text: lines.join('\n') }
}

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
    expect(text).toContain('dropped (404 NOT_FOUND, no retry)')
    expect(text).toContain('John Doe <john.doe@segment.com>')
    expect(text).toContain('order_completed_last_30days: false')
    expect(text).toMatch(
      /\d+ requests for 30 events: .* of a website token's 10,000 a day, .* of a plugin token's 5,000/
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

describe('the example events', () => {
  const events = readExamples().map(({ event }) => event)

  it('are at least 25, each with an expectation', () => {
    expect(events.length).toBeGreaterThanOrEqual(25)
  })

  it('hold an event name of 100 characters with an emoji where Crisp would cut', () => {
    const name = events.find(({ messageId }) => messageId === 'example-13')?.event ?? ''
    expect(name).toHaveLength(100)
    expect(name.slice(79, 81)).toBe('🚀')
  })
})
