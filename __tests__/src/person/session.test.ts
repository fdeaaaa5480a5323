import { failureOf } from '../../../src/api/errors'
import { notAttempted } from '../../../src/api/failure'
import { noteSent } from '../../../src/api/sent'

interface Sent {
  profile: string
  data: string
}

const stopped = notAttempted(failureOf(429, undefined))

it('notes what was sent, and returns the answer', async () => {
  const sent: Partial<Sent> = {}
  expect(await noteSent(sent, 'profile', 'body', Promise.resolve('answer'))).toBe('answer')
  expect(sent).toEqual({ profile: 'body' })
})

it('notes what was sent in vain', async () => {
  const sent: Partial<Sent> = {}
  await expect(noteSent(sent, 'profile', 'body', Promise.reject(failureOf(500, undefined)))).rejects.toThrow()
  expect(sent).toEqual({ profile: 'body' })
})

it('takes back what was not sent', async () => {
  const sent: Partial<Sent> = { data: 'earlier' }
  await expect(noteSent(sent, 'profile', 'body', Promise.reject(stopped))).rejects.toBe(stopped)
  expect(sent).toEqual({ data: 'earlier' })
  expect('profile' in sent).toBe(false)
})

it('keeps what an earlier request had sent in its place', async () => {
  const sent: Partial<Sent> = { profile: 'earlier' }
  await expect(noteSent(sent, 'profile', 'later', Promise.reject(stopped))).rejects.toBe(stopped)
  expect(sent).toEqual({ profile: 'earlier' })
})
