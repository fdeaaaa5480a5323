import type { Outcome as Verdict } from '../runtime'
import type { NextStep } from './types'

/** What Segment would do next with an event that met this verdict, and why. */
export function nextStep(verdict: Verdict): NextStep {
  switch (verdict.outcome) {
    case 'delivered':
      return { retry: false, sentence: 'Segment is done with this event.' }
    case 'not subscribed':
      return { retry: false, sentence: 'Segment does not send this event: its condition does not take it.' }
    default:
      return verdict.retry ? again(verdict.status) : never(verdict.status)
  }
}

function again(status: number): NextStep {
  return {
    retry: true,
    sentence: `Segment sends this event again later, because ${status} means trouble that passes.`
  }
}

function never(status: number): NextStep {
  return {
    retry: false,
    sentence: `Segment does not send this event again, because ${status} would come back every time.`
  }
}
