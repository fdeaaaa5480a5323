import type { Answer } from './types'

/** 200 with what was asked for. */
export const resolved = (data: unknown): Answer => ({ status: 200, reason: 'resolved', data })

/** 201: something new is stored. */
export const added = (data: unknown = {}): Answer => ({ status: 201, reason: 'added', data })

/** 200: a write to something that was there. Crisp sends no content back. */
export const updated = (): Answer => ({ status: 200, reason: 'updated', data: {} })

/** 200: something is gone. */
export const deleted = (): Answer => ({ status: 200, reason: 'deleted', data: {} })

/** A list; 200 unless told otherwise. */
export const listed = (data: unknown[], status = 200): Answer => ({ status, reason: 'listed', data })

/** 400 with the detail that clients find in `data.message`. */
export const invalidData = (message: string): Answer => ({ status: 400, reason: 'invalid_data', data: { message } })

/** 403: who asks may not. */
export const notAllowed = (message: string): Answer => ({ status: 403, reason: 'not_allowed', data: { message } })

/** 404: nobody goes by that e-mail or `people_id`. */
export const peopleNotFound = (): Answer => ({ status: 404, reason: 'people_not_found', data: {} })

/** 409: the e-mail is somebody else's. */
export const peopleExists = (): Answer => ({ status: 409, reason: 'people_exists', data: {} })

/** Crisp's envelope, as text. */
export function envelope({ status, reason, data = {} }: Answer): string {
  return JSON.stringify({ error: status >= 400, reason, data })
}
