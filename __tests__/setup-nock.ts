import nock from 'nock'

// nock puts off each head and each body by a timer of zero, which is a millisecond to Node; thousands of requests wait.
jest.mock('timers', () => {
  const timers = jest.requireActual<typeof import('timers')>('timers')
  const setTimeout = (run: () => void, ms?: number) => (ms ? timers.setTimeout(run, ms) : timers.setImmediate(run))
  return { ...timers, setTimeout }
})

// As upstream's own set-up: nothing leaves the machine, and no test sees another's mocks.
beforeAll(() => {
  nock.disableNetConnect()
  if (!nock.isActive()) nock.activate()
})

beforeEach(() => {
  nock.cleanAll()
})

afterAll(() => {
  nock.restore()
  nock.cleanAll()
})
