import { PayloadValidationError } from '@segment/actions-core'

/** Whose event it is: at least one of both. */
export interface Reference {
  /** Trimmed and lower-cased: the primary reference. */
  email?: string
  /** The e-mail as it was sent, when only its case differs: Crisp's matching of case is not documented. */
  emailAsSent?: string
  /** Trimmed. */
  userId?: string
}

/** What people and trackers write where they know nobody; it would make one person of many. */
const PLACEHOLDERS = new Set([
  '',
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
  '[object object]'
])

/** RFC 5321, 4.5.3.1.3, less the angle brackets. */
const EMAIL_MAX = 254

/** A choice: Crisp does not say how long custom data and search queries may be; no real user ID is longer. */
const USER_ID_MAX = 254

const HALF_CHARACTER = /\p{Surrogate}/u

/**
 * Reads whose event it is.
 *
 * A user ID that looks like an e-mail serves as one where no e-mail is given. Placeholders such as `null`, `0` or
 * `anonymous` are nobody.
 *
 * @param payload - the mapped `email` and `userId`, in any state
 * @returns the e-mail, the user ID or both
 * @throws PayloadValidationError when the e-mail is malformed (even beside a good user ID: the person would be torn in
 *   two), when the user ID is too long, or when neither names a person
 */
export function readReference(payload: { email?: string; userId?: string }): Reference {
  const userId = given(payload.userId)
  if (userId && userId.length > USER_ID_MAX) {
    throw new PayloadValidationError(`User ID is longer than ${USER_ID_MAX} characters. Map the ID of the person.`)
  }
  const sent = given(payload.email) ?? (userId && !emailProblem(userId) ? userId : undefined)
  if (sent === undefined && userId === undefined) {
    throw new PayloadValidationError(
      'The event names nobody: Email and User ID are both empty or placeholders such as "null" or "anonymous". Map at least one of them.'
    )
  }
  if (sent === undefined) return { userId }

  const problem = emailProblem(sent)
  if (problem) {
    throw new PayloadValidationError(
      `Email is malformed: it ${problem}. Correct it at its source or map another field.`
    )
  }
  const email = sent.toLowerCase()
  return { email, emailAsSent: email === sent ? undefined : sent, userId }
}

/** True when both were written the same way. */
export function isSameReference(one: Reference, other: Reference): boolean {
  return one.email === other.email && one.emailAsSent === other.emailAsSent && one.userId === other.userId
}

/** The addresses to try in Crisp, the primary one first. */
export function addressesOf(reference: Reference): string[] {
  return [reference.email, reference.emailAsSent].filter((address): address is string => address !== undefined)
}

/** True when the text can be an e-mail. */
export function isEmail(text: string): boolean {
  return emailProblem(text) === undefined
}

/**
 * A user ID or e-mail as given, trimmed.
 * @returns undefined for a placeholder
 */
export function given(value: string | null | undefined): string | undefined {
  const text = value?.trim()
  return text === undefined || PLACEHOLDERS.has(text.toLowerCase()) ? undefined : text
}

function emailProblem(text: string): string | undefined {
  if (text.length > EMAIL_MAX) return `has more than ${EMAIL_MAX} characters`
  if (/\s/.test(text)) return 'holds white space'
  if (HALF_CHARACTER.test(text)) return 'holds half a character'
  const parts = text.split('@')
  if (parts.length !== 2) return parts.length < 2 ? 'has no @' : 'has more than one @'
  return parts[0] && parts[1] ? undefined : 'has nothing on one side of the @'
}
