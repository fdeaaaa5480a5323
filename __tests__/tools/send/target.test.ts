import { PassThrough } from 'stream'
import { getSecrets } from '../../../tools/credentials'
import { askKey, buildRedact } from '../../../tools/send/target'
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

describe('asking for the key', () => {
  const ask = (typed: string, signal?: AbortSignal) => {
    const [keyboard, screen] = [new PassThrough(), new PassThrough()]
    const answer = askKey(keyboard, screen, signal)
    keyboard.end(typed)
    return { answer, getShown: () => String(screen.read()) }
  }

  it('gives what was typed, trimmed, and shows nothing of it', async () => {
    const { answer, getShown } = ask(` ${KEY} \n`)
    expect(await answer).toBe(KEY)
    expect(getShown()).toBe('API key (identifier:key, not shown): \n')
  })

  it.each([
    ['Ctrl-C', 'an-ident\u0003', 130],
    ['Ctrl-D', '\u0004', 2],
    ['the end of the input', 'an-ident', 2]
  ])('ends with a sentence after %s', async (_what, typed, exitStatus) => {
    const { answer, getShown } = ask(typed)
    await expect(answer).rejects.toMatchObject({ message: 'No key was given.', exitStatus })
    expect(getShown()).toBe('API key (identifier:key, not shown): \n')
  })

  it('ends when the program is told to end', async () => {
    const ending = new AbortController()
    const answer = askKey(new PassThrough(), new PassThrough(), ending.signal)
    ending.abort()
    await expect(answer).rejects.toMatchObject({ exitStatus: 130 })
  })
})
