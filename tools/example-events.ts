import { readFileSync } from 'fs'
import { join } from 'path'
import type { SegmentEvent } from '@segment/actions-core'
import { packageFolder } from './package-folder'

/** The example events of this package, in the order of the file. */
export function exampleEvents(): SegmentEvent[] {
  return readFileSync(join(packageFolder(), 'examples', 'events.ndjson'), 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as SegmentEvent)
}
