import { isUtf8 } from 'buffer'
import type { Choices } from './choices'

/** Reads a request body as JSON. `problem` says why it cannot be read; an empty body is no problem, but no value. */
export function readJson(
  body: Buffer,
  contentType: string | undefined,
  choices: Choices
): { text: string; value?: unknown; problem?: string } {
  const text = body.toString('utf8')
  if (text === '') return { text }
  if (choices.contentType === 'json' && !/^application\/json\b/i.test(contentType ?? '')) {
    return { text, problem: 'body must be declared as application/json' }
  }
  if (!isUtf8(body)) return { text, problem: 'body must be UTF-8' }
  try {
    return { text, value: JSON.parse(text) as unknown }
  } catch {
    return { text, problem: 'body must be JSON' }
  }
}
