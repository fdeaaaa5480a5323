import type { FaultEffect } from './faults'
import type { SandboxRequest } from './route'
import type { Answer } from './types'

/**
 * What a fault does in place of handling a request: an answer, a connection that is cut or left without one, or
 * undefined when the request is handled (after which the fault may still spoil the answer).
 */
export function insteadOfHandling(
  effect: FaultEffect,
  request: SandboxRequest
): Answer | 'cut' | 'silence' | undefined | Promise<Answer | undefined> {
  switch (effect.type) {
    case 'answer':
      return {
        status: effect.status,
        reason: effect.reason,
        data: effect.data ?? (effect.message === undefined ? {} : { message: effect.message }),
        headers: effect.headers
      }
    case 'quota':
    case 'rateLimit':
      return limited(effect)
    case 'handler':
      return effect.handle(request) ?? undefined
    case 'html':
      return effect.applied ? undefined : { status: effect.status ?? 502, reason: '' }
    case 'reset':
      return effect.applied ? undefined : 'cut'
    case 'hang':
      return 'silence'
    default:
      return undefined
  }
}

/** The reasons are guesses: Crisp publishes none for 420 and 429, and that of 423 for other routes only. */
function limited(effect: Extract<FaultEffect, { type: 'quota' | 'rateLimit' }>): Answer {
  const { status = 429, reason, retryAfter } = effect
  return {
    status,
    reason: reason ?? (status === 423 ? 'quota_limit_exceeded' : 'rate_limited'),
    headers: retryAfter === undefined ? undefined : { 'Retry-After': String(retryAfter) }
  }
}
