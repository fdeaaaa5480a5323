import isEqual from 'lodash/isEqual'
import union from 'lodash/union'
import uniq from 'lodash/uniq'
import type { CrispClient } from '../api/client'
import { CrispError } from '../api/errors'
import type { ProfileUpdate } from '../api/types'

/** Whether the person is in a segment after the update, by the segment's name. */
export type SegmentChanges = Record<string, boolean>

/**
 * The name of a segment as Crisp takes it: its import splits segments at `|`, `,` and space (help.crisp.chat, dcukz8).
 * @returns the empty string when nothing is left
 */
export function toSegmentName(text: string): string {
  return text.trim().replace(/[\s|,]+/g, '-')
}

/** The names of the segments that a person is added to. */
export function getAdded(changes: SegmentChanges): string[] {
  return Object.keys(changes).filter((name) => changes[name])
}

/** One person's list of segments in one delivery. Crisp replaces the whole list and refuses duplicates. */
export class SegmentList {
  private known?: { address: string; names: string[] }

  constructor(private readonly client: CrispClient) {}

  /**
   * Reads the list, unless this delivery knows it.
   * @returns the list with the changes; undefined when it is right already
   * @throws CrispError of kind `unknown` when Crisp does not know the person
   */
  async change(address: string, changes: SegmentChanges): Promise<string[] | undefined> {
    if (this.known?.address !== address) this.known = { address, names: await this.read(address) }
    const { names } = this.known
    const kept = uniq(names).filter((name) => changes[name] !== false)
    const changed = union(kept, getAdded(changes))
    return isEqual(changed, names) ? undefined : changed
  }

  /** Notes a profile that Crisp has stored. With a new email, an address may be another person's from then on. */
  set(address: string, { email, segments }: ProfileUpdate): void {
    if (segments) this.known = { address, names: segments }
    else if (email) this.known = undefined
  }

  /** A profile that never had a segment has no list (recorded traffic). */
  private async read(address: string): Promise<string[]> {
    const { body } = await this.client.readProfile(address)
    const { segments = [] } = Object(body.data) as { segments?: unknown }
    if (Array.isArray(segments) && segments.every((name) => typeof name === 'string')) return segments
    throw new CrispError('retry', 502, "Crisp's list of segments can't be read. It is tried again later.")
  }
}
