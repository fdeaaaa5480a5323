/** A line of NDJSON or an element of a JSON array, not parsed yet. */
export interface Piece {
  /** Where it begins, counted from 1. */
  line: number
  bytes: Buffer
  /** Why it cannot be an event, when that is plain without parsing it. */
  problem?: string
}

/** The longest event that is taken, in bytes. Segment's own limit is 32 KB; memory must have one. */
export const LONGEST_PIECE = 16 * 1024 * 1024

/** Said of a piece that is longer; only its beginning is kept. */
const TOO_LONG = 'The event is longer than 16 MB.'

/** What is kept of a piece that is too long. */
const KEPT_OF_TOO_LONG = 1_024

/** Collects the bytes of a piece over chunks, up to the limit. */
export class PieceBuffer {
  private parts: Buffer[] = []
  private length = 0

  /** True when nothing was added since the last `take`. */
  get isEmpty(): boolean {
    return this.length === 0
  }

  /** Adds what was read of the piece. */
  add(part: Buffer): void {
    this.length += part.length
    if (this.length <= LONGEST_PIECE) this.parts.push(part)
    else this.parts = [Buffer.concat([...this.parts, part]).subarray(0, KEPT_OF_TOO_LONG)]
  }

  /** The piece that began at the line; the buffer is empty afterwards. */
  take(line: number): Piece {
    const isTooLong = this.length > LONGEST_PIECE
    const bytes = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts)
    this.parts = []
    this.length = 0
    return isTooLong ? { line, bytes, problem: TOO_LONG } : { line, bytes }
  }
}
