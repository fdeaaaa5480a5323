import { Empty } from '../pieces/empty'
import { StatusBadge } from '../pieces/outcome'
import { WindowedList } from '../pieces/windowed-list'
import { journal } from '../store'
import { clock, duration, pathOf, visible } from '../text'

/** The latest requests to Crisp, whoever made them, with their timings. */
export function JournalView() {
  if (journal.value.length === 0) {
    return (
      <Empty title="No request yet">
        Every request to Crisp is listed here with its answer and how long it took. Send an event to see the first.
      </Empty>
    )
  }
  const slowest = Math.max(1, ...journal.value.map(({ durationMs }) => durationMs ?? 0))
  return (
    <WindowedList
      items={journal.value}
      rowHeight={46}
      rows={14}
      label="Requests, the latest first"
      keyOf={({ n }) => n}
    >
      {({ at, method, path, status, reason, durationMs, fault }) => (
        <div class="journal-row">
          <p class="journal-head">
            <span class="method">{method}</span>
            <span class="path" title={visible(path)}>
              {pathOf(new URL(path, location.origin))}
            </span>
            <StatusBadge status={status} />
          </p>
          <p class="journal-foot">
            <time>{clock(at)}</time>
            <span>
              {visible(reason ?? '')}
              {fault && ` · fault: ${fault}`}
            </span>
            <span class="bar" aria-hidden="true">
              <span style={{ width: `${Math.max(2, ((durationMs ?? 0) / slowest) * 100)}%` }} />
            </span>
            <span class="ms">{duration(durationMs)}</span>
          </p>
        </div>
      )}
    </WindowedList>
  )
}
