import { answers, startAfresh, WEBSITE } from '../support'

startAfresh()

const MINUTE = 60_000

/** The modules as a new process loads them, with a clock that is moved by hand. */
async function newProcess() {
  jest.useFakeTimers()
  jest.resetModules()
  // lru-cache takes the moment 0 for no time at all.
  jest.advanceTimersByTime(1000)
  const lookup = await import('../../../src/person/find')
  const search = await import('../../../src/person/find')
  const memory = await import('../../../src/person/cache')
  const support = await import('../support')
  return { ...lookup, ...search, ...memory, ...support }
}

it('a person who was found is remembered for ten minutes', async () => {
  const memory = await newProcess()
  memory.remember(WEBSITE, 'u1', { peopleId: 'p1' })
  jest.advanceTimersByTime(10 * MINUTE - 1)
  expect(memory.recall(WEBSITE, 'u1')).toEqual({ peopleId: 'p1' })
  jest.advanceTimersByTime(2)
  expect(memory.recall(WEBSITE, 'u1')).toBeUndefined()
})

it('a search that Crisp refuses is not asked again for an hour, and then again', async () => {
  const fresh = await newProcess()
  const script = [answers.invalid('unknown criterion'), answers.hits({ people_id: 'p1' })]
  const { client, calls } = fresh.clientThat(() => script.shift())

  for (const minutes of [0, 30, 29]) {
    jest.advanceTimersByTime(minutes * MINUTE)
    const thrown: unknown = await fresh.withPerson(client, 'u1', new Set(), jest.fn()).catch((error: unknown) => error)
    expect(fresh.isSearchRefusal(thrown)).toBe(true)
  }
  expect(calls).toHaveLength(1)

  jest.advanceTimersByTime(MINUTE + 1)
  expect(await fresh.search(client, 'u1')).toEqual({ hits: [{ people_id: 'p1' }], isWhole: true })
  expect(calls).toHaveLength(2)
})
