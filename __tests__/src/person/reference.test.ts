import { PayloadValidationError } from '@segment/actions-core'
import { addressesOf, given, isEmail, isSameReference, readReference } from '../../../src/person/reference'

const PLACEHOLDERS = [
  '',
  '   ',
  'undefined',
  'null',
  'none',
  'nan',
  '0',
  '-1',
  'true',
  'false',
  'anonymous',
  'guest',
  'unknown',
  '[object Object]'
]

function refusal(payload: { email?: string; userId?: string }): PayloadValidationError {
  try {
    readReference(payload)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(PayloadValidationError)
    return thrown as PayloadValidationError
  }
  throw new Error('The reference was accepted.')
}

describe('the e-mail of an event', () => {
  it('is trimmed and lower-cased', () => {
    expect(readReference({ email: '  john.doe+shop@segment.com\n' })).toEqual({ email: 'john.doe+shop@segment.com' })
  })

  it('is remembered as sent when its case differs', () => {
    const reference = readReference({ email: ' John.Doe@Segment.com ' })
    expect(reference).toEqual({ email: 'john.doe@segment.com', emailAsSent: 'John.Doe@Segment.com' })
    expect(addressesOf(reference)).toEqual(['john.doe@segment.com', 'John.Doe@Segment.com'])
  })

  it('is the only address when its case does not differ', () => {
    expect(addressesOf(readReference({ email: 'a@b.c', userId: 'u1' }))).toEqual(['a@b.c'])
    expect(addressesOf(readReference({ userId: 'u1' }))).toEqual([])
  })

  it.each([
    ['john.doe', 'has no @'],
    ['john@doe@segment.com', 'more than one @'],
    ['@segment.com', 'nothing on one side'],
    ['john@', 'nothing on one side'],
    ['@', 'nothing on one side'],
    ['john doe@segment.com', 'white space'],
    ['john\u00a0doe@segment.com', 'white space'],
    ['john\tdoe@segment.com', 'white space'],
    [`${'a'.repeat(243)}@segment.com`, '254 characters'],
    ['john\ud800@segment.com', 'half a character']
  ])('is refused when malformed: %j', (email, problem) => {
    const error = refusal({ email })
    expect(error.status).toBe(400)
    expect(error.code).toBe('PAYLOAD_VALIDATION_FAILED')
    expect(error.message).toContain('Email')
    expect(error.message).toContain(problem)
  })

  it('is refused when malformed even beside a good user ID', () => {
    expect(refusal({ email: 'john.doe', userId: 'userId123' }).message).toContain('has no @')
  })

  it('is not repeated in the refusal', () => {
    expect(refusal({ email: 'john doe@segment.com' }).message).not.toMatch(/john|segment\.com/)
  })

  it('may be 254 characters long', () => {
    const email = `${'a'.repeat(242)}@segment.com`
    expect(email).toHaveLength(254)
    expect(readReference({ email })).toEqual({ email })
  })
})

describe('the user ID of an event', () => {
  it('is trimmed and keeps its case', () => {
    expect(readReference({ userId: ' UserId123 ' })).toEqual({ userId: 'UserId123' })
  })

  it('stands beside the e-mail', () => {
    expect(readReference({ email: 'a@b.c', userId: 'u1' })).toEqual({ email: 'a@b.c', userId: 'u1' })
  })

  it('serves as the e-mail when it looks like one and there is none', () => {
    expect(readReference({ userId: 'John@Segment.com' })).toEqual({
      email: 'john@segment.com',
      emailAsSent: 'John@Segment.com',
      userId: 'John@Segment.com'
    })
    expect(readReference({ userId: 'john@segment.com', email: 'null' })).toMatchObject({ email: 'john@segment.com' })
  })

  it('does not replace a given e-mail', () => {
    expect(readReference({ email: 'a@b.c', userId: 'john@segment.com' })).toEqual({
      email: 'a@b.c',
      userId: 'john@segment.com'
    })
  })

  it.each(['john@', '@handle', 'a@b@c', 'john doe@segment.com'])(
    'is a plain user ID when it is no e-mail: %s',
    (userId) => {
      expect(readReference({ userId })).toEqual({ userId })
    }
  )

  it('is refused when no ID of a person can be that long', () => {
    expect(refusal({ userId: 'u'.repeat(255) }).message).toContain('User ID')
    expect(readReference({ userId: 'u'.repeat(254) })).toEqual({ userId: 'u'.repeat(254) })
  })
})

describe('placeholders', () => {
  const spellings = PLACEHOLDERS.flatMap((word) => [word, word.toUpperCase(), ` ${word} `])

  it.each(spellings)('%j is nobody', (word) => {
    expect(given(word)).toBeUndefined()
    expect(refusal({ userId: word }).message).toContain('names nobody')
    expect(refusal({ email: word }).message).toContain('names nobody')
    expect(readReference({ email: word, userId: 'u1' })).toEqual({ userId: 'u1' })
    expect(readReference({ email: 'a@b.c', userId: word })).toEqual({ email: 'a@b.c' })
  })

  it('are nobody when nothing is given at all', () => {
    expect(given(null)).toBeUndefined()
    expect(given(undefined)).toBeUndefined()
    expect(refusal({}).message).toMatch(/Email and User ID/)
  })

  it.each(['00', '1', '-2', 'nul', 'guest42', 'truely', 'a'])('%s is somebody', (userId) => {
    expect(readReference({ userId })).toEqual({ userId })
  })
})

it('knows what can be an e-mail', () => {
  expect(['a@b', 'a+b@c.d', 'ünï@cödé.com'].map(isEmail)).toEqual([true, true, true])
  expect(['', 'a', 'a@', '@b', 'a b@c', 'a@b@c'].map(isEmail)).toEqual([false, false, false, false, false, false])
})

it('tells references that were written in another way apart', () => {
  const one = { email: 'ada@example.com', emailAsSent: 'Ada@example.com', userId: 'u1' }
  expect(isSameReference(one, { ...one })).toBe(true)
  expect(isSameReference(one, { ...one, email: 'bob@example.com' })).toBe(false)
  expect(isSameReference(one, { ...one, emailAsSent: undefined })).toBe(false)
  expect(isSameReference(one, { ...one, userId: undefined })).toBe(false)
})
