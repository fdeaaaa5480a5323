import { Progress } from '../../../tools/send/progress'
import type { ProgressStyle, RunFigures } from '../../../tools/send/progress'
import { ManualClock } from '../clock'

const START: RunFigures = { settled: 0, lines: 0, read: 0, requests: 0, requestsToday: 0 }

beforeEach(() => jest.useFakeTimers())
afterEach(() => {
  jest.useRealTimers()
  jest.restoreAllMocks()
})

/** Shows progress, with figures that a test may change, and time that passes when it says so. */
function show(style: ProgressStyle, figures: RunFigures = { ...START }) {
  const clock = new ManualClock()
  const shown: string[] = []
  const progress = new Progress(style, { write: (text) => shown.push(text), columns: 80 }, clock)
  progress.start(() => ({ ...figures, wait: figures.wait && { ...figures.wait, until: clock.elapsed() + 90_000 } }))
  const pass = (ms: number, changes: Partial<RunFigures>) => {
    Object.assign(figures, changes)
    clock.advance(ms)
    jest.advanceTimersByTime(ms)
  }
  return { progress, shown, pass }
}

describe('progress in plain lines', () => {
  it('comes every ten seconds, with lines, rate, requests and the time left', () => {
    const { progress, shown, pass } = show('lines')
    pass(9_999, {})
    expect(shown).toEqual([])
    pass(1, { settled: 500, lines: 600, read: 0.6, requests: 800, requestsToday: 900 })
    pass(10_000, { settled: 1_000, lines: 1_000, read: 1 })
    expect(shown).toEqual([
      '500 lines done, 50/s, 800 requests, about 10 s left\n',
      '1000 lines done, 50/s, 800 requests, about 0 s left\n'
    ])
    progress.stop()
    pass(60_000, {})
    expect(shown).toHaveLength(2)
  })

  it('shows the requests of the day where there is a quota, and no time left where the size is not known', () => {
    const { shown, pass } = show('lines')
    pass(10_000, { settled: 15, lines: 20, read: undefined, requests: 30, requestsToday: 70, quota: 100 })
    expect(shown).toEqual(['15 lines done, 1.5/s, 70 of 100 requests today\n'])
  })

  it('counts the rate of this run alone', () => {
    const { shown, pass } = show('lines', { ...START, settled: 1_000, lines: 1_000 })
    pass(10_000, { settled: 1_500, lines: 1_500, read: 0.1 })
    expect(shown).toEqual(['1500 lines done, 50/s, 0 requests, about 5 min left\n'])
  })

  it.each([
    [0.5, '10 s'],
    [0.05, '3 min'],
    [0.001, '2 h 47 min'],
    [0, undefined]
  ])('tells the time left in words (part read: %d)', (read, left) => {
    const { shown, pass } = show('lines')
    pass(10_000, { settled: 100, lines: 100, read })
    expect(shown[0]).toBe(`100 lines done, 10/s, 0 requests${left === undefined ? '' : `, about ${left} left`}\n`)
  })
})

it('is lines of JSON with all figures under --json', () => {
  const { shown, pass } = show('json')
  pass(10_000, { settled: 100, lines: 200, read: 0.5, requests: 7, requestsToday: 8 })
  expect(shown.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      type: 'progress',
      settled: 100,
      lines: 200,
      read: 0.5,
      requests: 7,
      requestsToday: 8,
      rate: 10,
      secondsLeft: 30
    }
  ])
})

it('shows nothing without progress', () => {
  const { shown, pass } = show('none')
  pass(60_000, { settled: 1 })
  expect(shown).toEqual([])
})

it('says what everything waits for', () => {
  const wait = { what: 'Crisp, which asked for a pause', until: 0 }
  const lines = show('lines')
  lines.pass(10_000, { settled: 100, lines: 100, wait })
  expect(lines.shown).toEqual(['waiting 2 min for Crisp, which asked for a pause, 100 lines done, 10/s, 0 requests\n'])
  const json = show('json')
  json.pass(10_000, { wait })
  expect(JSON.parse(json.shown[0])).toMatchObject({ waiting: { for: 'Crisp, which asked for a pause', seconds: 90 } })
})

describe('the bar of a terminal', () => {
  const CLEAR = '\r\u001B[K'

  it('stands on one line, cut to its width, and is gone in the end', () => {
    const { progress, shown, pass } = show('bar')
    pass(1_000, {
      settled: 50,
      lines: 100,
      read: 0.5,
      requests: 123_456_789,
      requestsToday: 123_456_789,
      quota: 987_654_321
    })
    const last = shown[shown.length - 1]
    expect(last).toBe(`${CLEAR}█████░░░░░░░░░░░░░░░ 50 lines done, 50/s, 123456789 of 987654321 requests toda…`)
    expect(last.length - CLEAR.length).toBe(79)
    progress.stop()
    expect(shown[shown.length - 1]).toBe(CLEAR)
    const count = shown.length
    pass(60_000, { settled: 100 })
    expect(shown).toHaveLength(count)
  })

  it('makes room for a notice and comes back below it', () => {
    const { progress, shown, pass } = show('bar')
    pass(250, { settled: 5, lines: 10, read: 0.5 })
    shown.length = 0
    progress.say('Something is to be said.')
    expect(shown).toEqual([CLEAR, 'Something is to be said.\n', expect.stringMatching(/^\r.*5 lines done/)])
  })
})
