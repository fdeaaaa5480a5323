import { createGunzip } from 'zlib'

/** Compressed bytes taken at a time: what one piece expands to is held in memory. */
const PIECE = 4_096

/**
 * Unpacks gzip data, of one member or several in a row, as fast as it is asked for.
 *
 * Written by hand over Node's gunzip because a pipe loses what was unpacked but not read yet when the data ends early.
 *
 * @param packed - the compressed bytes
 * @param damaged - called with a sentence when the data ends early or is damaged; what was whole has been yielded by then
 */
export async function* gunzip(
  packed: AsyncIterable<Buffer>,
  damaged: (problem: string) => void
): AsyncGenerator<Buffer> {
  const engine = createGunzip()
  const unpacked: Buffer[] = []
  let failure: NodeJS.ErrnoException | undefined
  engine.on('data', (chunk: Buffer) => unpacked.push(chunk))
  const over = new Promise<'over'>((resolve) => {
    engine.once('error', (error) => {
      failure = error
      resolve('over')
    })
    engine.once('end', () => resolve('over'))
  })
  let isOver = false

  reading: for await (const chunk of packed) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const written = new Promise<void>((resolve) => engine.write(chunk.subarray(at, at + PIECE), () => resolve()))
      isOver = (await Promise.race([written, over])) === 'over'
      yield* unpacked.splice(0)
      if (isOver) break reading
    }
  }
  if (!isOver) engine.end()
  await over
  yield* unpacked.splice(0)
  if (failure?.code === 'Z_BUF_ERROR') damaged('The gzip data ends early: what was whole is sent, the rest is missing.')
  else if (failure) damaged(`The gzip data is damaged (${failure.message}): what was whole before that is sent.`)
}
