import { randomUUID } from 'crypto'

/** Time and IDs, so that tests may have the same ones every time. */
export interface Clock {
  now: () => number
  newId: () => string
}

/** The clock of this machine, and random IDs. */
export const systemClock: Clock = { now: Date.now, newId: () => randomUUID() }
