import { getSecrets } from '../../../tools/credentials'
import { buildRedact } from '../../../tools/send/target'
import { KEY } from './support'

describe('taking the key out of texts', () => {
  it('takes it out whole, in parts and as it goes over the wire', () => {
    const redact = buildRedact(getSecrets({ apiKey: KEY, websiteId: '' }))
    const [identifier, secret] = KEY.split(':')
    expect(redact(`a ${KEY} b ${btoa(KEY)} c ${identifier} d ${secret} e`)).toBe(
      'a [redacted] b [redacted] c [redacted] d [redacted] e'
    )
  })

  it('leaves words alone that happen to be part of a short key, and everything where there is no key', () => {
    expect(buildRedact(getSecrets({ apiKey: 'a:b', websiteId: '' }))('a b a:b')).toBe('a b a:b')
    expect(buildRedact([])(KEY)).toBe(KEY)
  })
})
