import nock from 'nock'

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
