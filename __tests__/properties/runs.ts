import type { Parameters } from 'fast-check'

/**
 * How long and from where a property is tried: `npm test` tries few, `npm run fuzz` many (FUZZ_RUNS, a factor of the
 * usual number; FUZZ_SEED).
 */
export function runs<T>(usual: number): Parameters<T> {
  const { FUZZ_RUNS, FUZZ_SEED } = process.env
  return {
    numRuns: Math.ceil(usual * Number(FUZZ_RUNS ?? 1)),
    ...(FUZZ_SEED === undefined ? {} : { seed: Number(FUZZ_SEED) })
  }
}

/** Milliseconds that a property may take. */
export const patience = 60_000 * Number(process.env.FUZZ_RUNS ?? 1)
