import { CrispFailure } from './failure'

/**
 * Notes the body of a request as sent, and takes the note back when the request was not attempted.
 *
 * @param sent - the bodies that were sent for a job, by name
 * @param part - the name
 * @param body - the body
 * @param request - the request, under way
 * @returns what the request returns; it throws what the request throws
 */
export async function noteSent<Sent, Part extends keyof Sent, Answer>(
  sent: Partial<Sent>,
  part: Part,
  body: Sent[Part],
  request: Promise<Answer>
): Promise<Answer> {
  const before = sent[part]
  sent[part] = body
  try {
    return await request
  } catch (thrown) {
    if (thrown instanceof CrispFailure && !thrown.attempted) {
      if (before === undefined) delete sent[part]
      else sent[part] = before
    }
    throw thrown
  }
}
