/** Entries on a page of events or suggestions. Crisp publishes no number; this is the documented one of people lists. */
const pageLength = 20

/** A page number from a path: 1 when left out, undefined when it is not a number from 1. */
export function pageNumber(sent: string | undefined): number | undefined {
  if (sent === undefined) return 1
  return /^[1-9]\d{0,8}$/.test(sent) ? Number(sent) : undefined
}

/** The entries of one page. */
export function pageOf<T>(entries: readonly T[], page: number): T[] {
  return entries.slice((page - 1) * pageLength, page * pageLength)
}
