import { IntegrationError } from '@segment/actions-core'
import { getSecrets, getWebsiteId } from '../../../src/api/credentials'
import type { Settings } from '../../../src/generated-types'

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('what must not be shown', () => {
  it('is the key, its form on the wire and its parts', () => {
    expect(getSecrets({ apiKey: ' identifier:secret-key ', websiteId: '' })).toEqual([
      'identifier:secret-key',
      base64('identifier:secret-key'),
      'identifier',
      'secret-key'
    ])
  })

  it('holds no part that any text could hold by chance: six characters are the fewest', () => {
    expect(getSecrets({ apiKey: 'abcdef:12345', websiteId: '' })).toEqual([
      'abcdef:12345',
      base64('abcdef:12345'),
      'abcdef'
    ])
  })

  it('is nothing where there is no key', () => {
    expect(getSecrets({} as Settings)).toEqual([])
  })
})

describe('the Website ID', () => {
  it.each([undefined, '', 'my website'])('that is %j is refused as a setting to correct', (websiteId) => {
    const read = () => getWebsiteId({ apiKey: '', websiteId } as Settings)
    expect(read).toThrow(IntegrationError)
    expect(read).toThrow(expect.objectContaining({ code: 'BAD_REQUEST', status: 400 }) as Error)
    expect(read).toThrow(/^Website ID must be a UUID such as .* Copy it from Crisp/)
  })
})
