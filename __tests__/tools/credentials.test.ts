import { settingsFrom, tokenTypeFrom } from '../../tools/credentials'

const WEBSITE = '8c842203-7ed8-4e29-a608-7cf78a7d2fcc'
const OTHER = '11111111-2222-4333-8444-555555555555'
const environment = { CRISP_API_KEY: ' id:secret-of-mine\n', CRISP_WEBSITE_ID: WEBSITE, CRISP_TOKEN_TYPE: 'website' }

describe('the settings for live Crisp', () => {
  it('come from the environment, trimmed, as a plugin token unless told otherwise', () => {
    expect(settingsFrom(environment)).toEqual({
      apiKey: 'id:secret-of-mine',
      websiteId: WEBSITE,
      tokenType: 'website'
    })
    expect(settingsFrom({ ...environment, CRISP_TOKEN_TYPE: '' }).tokenType).toBe('plugin')
  })

  it('come from what was given in its place', () => {
    const flags = { apiKey: 'typed:key', websiteId: ` ${OTHER}`, tokenType: 'plugin' }
    expect(settingsFrom(environment, flags)).toEqual({ apiKey: 'typed:key', websiteId: OTHER, tokenType: 'plugin' })
  })

  it.each([
    ['CRISP_API_KEY', { CRISP_API_KEY: undefined }, {}, 'CRISP_API_KEY is missing.'],
    ['CRISP_API_KEY', { CRISP_API_KEY: 'secret-of-mine' }, {}, /^CRISP_API_KEY: .*joined by a colon/],
    ['the typed key', {}, { apiKey: 'secret-of-mine' }, /^The key that was typed: .*joined by a colon/],
    ['CRISP_WEBSITE_ID', { CRISP_WEBSITE_ID: ' ' }, {}, 'CRISP_WEBSITE_ID is missing.'],
    ['CRISP_WEBSITE_ID', { CRISP_WEBSITE_ID: 'w' }, {}, /^CRISP_WEBSITE_ID: Website ID must be a UUID/],
    ['--website-id', {}, { websiteId: 'w' }, /^--website-id: Website ID must be a UUID/],
    ['CRISP_TOKEN_TYPE', { CRISP_TOKEN_TYPE: 'Website' }, {}, 'CRISP_TOKEN_TYPE must be plugin or website.']
  ])('are refused with a sentence that names %s and shows no key', (_what, changes, flags, sentence) => {
    const refusal = (() => {
      try {
        return settingsFrom({ ...environment, ...changes }, flags)
      } catch (error) {
        return (error as Error).message
      }
    })()
    expect(refusal).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence))
    expect(refusal).not.toContain('secret-of-mine')
  })
})

it('reads the type of the token alone, for what needs no key', () => {
  expect(tokenTypeFrom({ CRISP_TOKEN_TYPE: ' website' })).toBe('website')
  expect(tokenTypeFrom({ CRISP_TOKEN_TYPE: 'website' }, { tokenType: 'plugin' })).toBe('plugin')
  expect(() => tokenTypeFrom({}, { tokenType: 'user' })).toThrow('--token-type must be plugin or website.')
})
