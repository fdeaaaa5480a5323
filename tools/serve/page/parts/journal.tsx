import { useState } from 'preact/hooks'
import type { JournalRow } from '../../wire'
import { Empty } from '../pieces/empty'
import { StatusBadge } from '../pieces/outcome'
import { WindowedList } from '../pieces/windowed-list'
import { isLive, journal, quota, settings } from '../store'
import { clock, duration, pathOf, visible } from '../text'

/** The requests of the day against the quota, and each of the latest with its timing. */
export function RequestsView() {
  const [isOpen, open] = useState(false)
  if (!quota.value) return null
  const { used, limits, spent, tokenType: usual } = quota.value
  const chosen = settings.value.tokenType
  const tokenType = chosen === 'website' || chosen === 'plugin' ? chosen : usual
  const limit = limits[tokenType]
  return (
    <details class="fold requests" onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>
        Requests today{' '}
        <span class={spent || used >= limit ? 'count count-warn' : 'count'}>
          {used.toLocaleString('en')} of {limit.toLocaleString('en')} for a {tokenType} token
        </span>
      </summary>
      <meter aria-label="Requests today" min={0} max={limit} value={Math.min(used, limit)}>
        {used} of {limit}
      </meter>
      {spent && <p class="said said-wrong">The fault “Quota spent” is on: Crisp refuses every further request.</p>}
      <p class="hint">
        {isLive.value
          ? 'Counts what this tester sent; other clients share the same quota.'
          : 'The sandbox only counts: it does not enforce this limit. The fault “Quota spent” shows what happens at it.'}
      </p>
      {isOpen && <Journal />}
    </details>
  )
}

function Journal() {
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
      rows={8}
      label="Requests, the latest first"
      getKey={({ n }) => n}
    >
      {(row) => <Request row={row} slowest={slowest} />}
    </WindowedList>
  )
}

function Request({
  row: { at, method, path, status, reason, durationMs, fault },
  slowest
}: {
  row: JournalRow
  slowest: number
}) {
  return (
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
  )
}
