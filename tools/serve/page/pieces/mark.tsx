import type { ValueChange } from '../../wire'
import { valueText } from '../text'

/** What the last run did to a value. */
export function Mark({ change, isNew }: { change?: ValueChange; isNew?: boolean }) {
  if (isNew) return <span class="mark">new</span>
  if (!change) return null
  return change.before === undefined ? (
    <span class="mark">new</span>
  ) : (
    <span class="mark" title={`Before: ${valueText(change.before)}`}>
      was {valueText(change.before, 60)}
    </span>
  )
}
