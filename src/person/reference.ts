import { PayloadValidationError } from '@segment/actions-core'

/** The key of the user ID in a person's custom data. Reserved: no trait writes it. */
export const USER_ID_KEY = 'user_id'

/** The person that an event names: at least one of email and user ID. */
export interface Reference {
  /** Normalized: the primary reference. */
  email?: string
  /** The email as it was sent, when only its case differs: Crisp's matching of case is not documented. */
  emailAsSent?: string
  /** Trimmed. */
  userId?: string
}

/** How a request addresses a person in Crisp, and what is known about the person. */
export interface Person {
  /** What goes into the path: the `people_id`, else the email. */
  address: string
  peopleId?: string
  /** The time, in milliseconds, when the `people_id` was verified to have the user ID. */
  verifiedAt?: number
  /** In lower case; written or used by this process. */
  email?: string
  /** In lower case; only seen in a list of Crisp's, which may be old. */
  listedEmail?: string
}

/** What people and trackers write when they know no value; each would make one person of many. */
const PLACEHOLDERS = new Set([
  'undefined',
  'null',
  'none',
  'nan',
  '-1',
  'true',
  'false',
  'anonymous',
  'guest',
  'unknown',
  'void',
  'n/a',
  '[object object]'
])

/** `0`, `000000`, `--`, the nil UUID and the empty text. Source: Segment's advice for blocked values. */
const BLANK = /^[0-]*$/

/** RFC 5321, 4.5.3.1.3, less the angle brackets. */
const EMAIL_MAX = 254

/** A choice: Crisp does not say how long custom data and search queries may be; no real user ID is longer. */
const USER_ID_MAX = 254

/** Control and format characters but for white space: NUL, zero-width, bidi marks, soft hyphen, byte-order mark. */
const INVISIBLE = /(?![\t-\r])[\p{Cc}\p{Cf}]/gu

/**
 * Reads the person that an event names.
 *
 * A user ID that looks like an email is used as the email where none is given. Placeholders such as `null`, `0` or
 * `anonymous` are no value.
 *
 * @param payload - the mapped `email` and `userId`, in any state
 * @returns the email, the user ID or both
 * @throws PayloadValidationError when the email is malformed (even with a good user ID: the person would be split in
 *   two), when the user ID is too long, or when neither names a person
 */
export function readReference(payload: { email?: string; userId?: string }): Reference {
  const userId = readId(payload.userId)
  if (userId && userId.length > USER_ID_MAX) {
    throw new PayloadValidationError(`User ID is longer than ${USER_ID_MAX} characters. Map the ID of the person.`)
  }
  const sent = readEmail(payload.email) ?? readIdAsEmail(userId)
  if (sent === undefined && userId === undefined) {
    throw new PayloadValidationError('Email and User ID are empty or placeholders. Map one of them.')
  }
  if (sent === undefined) return { userId }

  const problem = findEmailProblem(sent)
  if (problem) {
    throw new PayloadValidationError(
      `Email is malformed: it ${problem}. Correct it at its source or map another field.`
    )
  }
  const email = sent.toLowerCase()
  return { email, emailAsSent: email === sent ? undefined : sent, userId }
}

/** True when both name the person the same way. */
export function isSameReference(one: Reference, other: Reference): boolean {
  return one.email === other.email && one.emailAsSent === other.emailAsSent && one.userId === other.userId
}

/** The emails to try in Crisp, the primary one first. */
export function getEmails({ email, emailAsSent }: Reference): string[] {
  return [email, emailAsSent].filter((address): address is string => address !== undefined)
}

/** True when the text can be an email. */
export function isEmail(text: string): boolean {
  return findEmailProblem(text) === undefined
}

/**
 * A user ID as given, trimmed.
 * @returns undefined for a placeholder
 */
export function readId(value: string | null | undefined): string | undefined {
  const text = value?.trim()
  return !text || BLANK.test(text) || PLACEHOLDERS.has(text.toLowerCase()) ? undefined : text
}

/** An email as given, in normal form except for its case, so that addresses that look the same are the same. */
export function readEmail(value: string | null | undefined): string | undefined {
  return readId(value?.replace(INVISIBLE, '').normalize('NFC'))
}

function readIdAsEmail(userId: string | undefined): string | undefined {
  const email = readEmail(userId)
  return email && isEmail(email) ? email : undefined
}

function findEmailProblem(text: string): string | undefined {
  if (text.length > EMAIL_MAX) return `has more than ${EMAIL_MAX} characters`
  if (/\s/.test(text)) return 'contains white space'
  if (/\p{Surrogate}/u.test(text)) return 'contains an invalid character'
  const [unexpected] = /^mailto:|[<>(),;:"[\]\\]/i.exec(text) ?? []
  if (unexpected) return `contains ${unexpected}`
  if (text.endsWith('.')) return 'ends with a dot'
  const at = text.indexOf('@')
  if (at < 0) return 'has no @'
  if (text.includes('@', at + 1)) return 'has more than one @'
  return at > 0 && at < text.length - 1 ? undefined : 'has nothing on one side of the @'
}
