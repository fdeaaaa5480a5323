import { PayloadValidationError } from '@segment/actions-core'
import { getEmails, isEmail, isSameReference, readEmail, readId, readReference } from '../../../src/person/reference'

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
  'void',
  'n/a',
  '[object Object]',
  '00',
  '000000',
  '--',
  '0-0',
  '00000000-0000-0000-0000-000000000000'
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

describe('The email of an event', () => {
  it('is trimmed and lower-cased', () => {
    expect(readReference({ email: '  john.doe+shop@segment.com\n' })).toEqual({ email: 'john.doe+shop@segment.com' })
  })

  it('is also kept as sent when its case differs', () => {
    const reference = readReference({ email: ' John.Doe@Segment.com ' })
    expect(reference).toEqual({ email: 'john.doe@segment.com', emailAsSent: 'John.Doe@Segment.com' })
    expect(getEmails(reference)).toEqual(['john.doe@segment.com', 'John.Doe@Segment.com'])
  })

  it('is the only address when its case does not differ', () => {
    expect(getEmails(readReference({ email: 'a@b.c', userId: 'u1' }))).toEqual(['a@b.c'])
    expect(getEmails(readReference({ userId: 'u1' }))).toEqual([])
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
    ['john\ud800@segment.com', 'an invalid character'],
    ['<john@segment.com>', 'contains <'],
    ['john@segment.com>', 'contains >'],
    ['John (john@segment.com)', 'white space'],
    ['John(john@segment.com)', 'contains ('],
    ['john@segment.com)', 'contains )'],
    ['mailto:john@segment.com', 'contains mailto:'],
    ['MAILTO:john@segment.com', 'contains MAILTO:'],
    ['john@segment.com,', 'contains ,'],
    ['john@segment.com;jane', 'contains ;'],
    ['john@segment.com,jane@segment.com', 'contains ,'],
    ['john@segment.com jane@segment.com', 'white space'],
    ['john:x@segment.com', 'contains :'],
    ['"john"@segment.com', 'contains "'],
    ['john@[127.0.0.1]', 'contains ['],
    ['john@127.0.0.1]', 'contains ]'],
    ['john\\@segment.com', 'contains \\'],
    ['john@segment.com.', 'ends with a dot']
  ])('is refused when malformed: %j', (email, problem) => {
    const error = refusal({ email })
    expect(error.status).toBe(400)
    expect(error.code).toBe('PAYLOAD_VALIDATION_FAILED')
    expect(error.message).toContain('Email')
    expect(error.message).toContain(problem)
  })

  it('is refused when malformed even with a good user ID', () => {
    expect(refusal({ email: 'john.doe', userId: 'userId123' }).message).toContain('has no @')
  })

  it('is refused with the problem and the way out', () => {
    expect(refusal({ email: 'john@segment.com.' }).message).toBe(
      'Email is malformed: it ends with a dot. Correct it at its source or map another field.'
    )
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

describe('An email with characters that cannot be seen', () => {
  it.each([
    ['a zero-width space', '\u200b'],
    ['a byte-order mark', '\ufeff'],
    ['a soft hyphen', '\u00ad'],
    ['a bidi mark', '\u200f'],
    ['a bidi override', '\u202e'],
    ['NUL', '\u0000'],
    ['a word joiner', '\u2060']
  ])('is the same as without %s', (_name, character) => {
    const email = `${character}john${character}@segment.com${character}`
    expect(readReference({ email })).toEqual({ email: 'john@segment.com' })
    expect(readReference({ userId: email })).toMatchObject({ email: 'john@segment.com' })
  })

  it('is no email when it has no others', () => {
    expect(readReference({ email: '\u200b\ufeff', userId: 'u1' })).toEqual({ userId: 'u1' })
  })

  it('is the same in each of its Unicode forms', () => {
    const [composed, decomposed] = ['zo\u00eb@segment.com', 'zoe\u0308@segment.com']
    expect(readReference({ email: composed })).toEqual({ email: composed })
    expect(readReference({ email: decomposed })).toEqual({ email: composed })
  })
})

describe('The user ID of an event', () => {
  it('is trimmed and keeps its case', () => {
    expect(readReference({ userId: ' UserId123 ' })).toEqual({ userId: 'UserId123' })
  })

  it('goes along with the email', () => {
    expect(readReference({ email: 'a@b.c', userId: 'u1' })).toEqual({ email: 'a@b.c', userId: 'u1' })
  })

  it('is used as the email when it looks like one and there is none', () => {
    expect(readReference({ userId: 'John@Segment.com' })).toEqual({
      email: 'john@segment.com',
      emailAsSent: 'John@Segment.com',
      userId: 'John@Segment.com'
    })
    expect(readReference({ userId: 'john@segment.com', email: 'null' })).toMatchObject({ email: 'john@segment.com' })
  })

  it('does not replace a given email', () => {
    expect(readReference({ email: 'a@b.c', userId: 'john@segment.com' })).toEqual({
      email: 'a@b.c',
      userId: 'john@segment.com'
    })
  })

  it.each(['john@', '@handle', 'a@b@c', 'john doe@segment.com'])(
    'is a plain user ID when it is no email: %s',
    (userId) => {
      expect(readReference({ userId })).toEqual({ userId })
    }
  )

  it('is refused when no ID of a person can be that long', () => {
    expect(refusal({ userId: 'u'.repeat(255) }).message).toContain('User ID')
    expect(readReference({ userId: 'u'.repeat(254) })).toEqual({ userId: 'u'.repeat(254) })
  })
})

describe('Placeholders', () => {
  const NEITHER = 'Email and User ID are empty or placeholders. Map one of them.'
  const spellings = PLACEHOLDERS.flatMap((word) => [word, word.toUpperCase(), ` ${word} `])

  it.each(spellings)('%j names no person', (word) => {
    expect(readId(word)).toBeUndefined()
    expect(readEmail(word)).toBeUndefined()
    expect(refusal({ userId: word }).message).toBe(NEITHER)
    expect(refusal({ email: word }).message).toBe(NEITHER)
    expect(readReference({ email: word, userId: 'u1' })).toEqual({ userId: 'u1' })
    expect(readReference({ email: 'a@b.c', userId: word })).toEqual({ email: 'a@b.c' })
  })

  it('are the same as nothing at all', () => {
    expect(readId(null)).toBeUndefined()
    expect(readId(undefined)).toBeUndefined()
    expect(readEmail(null)).toBeUndefined()
    expect(readEmail(undefined)).toBeUndefined()
    expect(refusal({}).message).toBe(NEITHER)
  })

  it.each(['01', '1', '-2', 'nul', 'guest42', 'truely', 'a', 'n-a', '0_0'])('%s names a person', (userId) => {
    expect(readReference({ userId })).toEqual({ userId })
  })
})

it('tells what can be an email', () => {
  expect(['a@b', 'a+b@c.d', 'ünï@cödé.com'].map(isEmail)).toEqual([true, true, true])
  expect(['', 'a', 'a@', '@b', 'a b@c', 'a@b@c'].map(isEmail)).toEqual([false, false, false, false, false, false])
})

it('tells references apart that were written in different ways', () => {
  const one = { email: 'ada@example.com', emailAsSent: 'Ada@example.com', userId: 'u1' }
  expect(isSameReference(one, { ...one })).toBe(true)
  expect(isSameReference(one, { ...one, email: 'bob@example.com' })).toBe(false)
  expect(isSameReference(one, { ...one, emailAsSent: undefined })).toBe(false)
  expect(isSameReference(one, { ...one, userId: undefined })).toBe(false)
})
