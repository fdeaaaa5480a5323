import { useState } from 'preact/hooks'
import type { JsonObject, Preview, Row } from '../../wire'
import { api } from '../api'
import { Json } from '../pieces/json'
import { OutcomeBadge } from '../pieces/outcome'
import { WindowedList } from '../pieces/windowed-list'
import { problem } from '../store'
import { counted, short } from '../text'
import { MatchView, PayloadView, VerdictBox } from './steps'

interface Props {
  runId: number
  rows: Row[]
  subscription: string
}

/** Every event of a batch with its own outcome; a press opens one. */
export function BatchRows({ runId, rows, subscription }: Props) {
  const [open, setOpen] = useState<number | undefined>(undefined)
  const [detail, setDetail] = useState<{ event: JsonObject; preview?: Preview } | undefined>(undefined)

  const show = async (index: number) => {
    const isSame = index === open
    setOpen(isSame ? undefined : index)
    setDetail(undefined)
    if (isSame) return
    try {
      const { event, previews } = await api.event(runId, index)
      setDetail({ event, preview: previews.find((preview) => preview.subscription.name === subscription) })
    } catch (error) {
      problem.value = (error as Error).message
    }
  }

  const row = open === undefined ? undefined : rows[open]
  return (
    <>
      <p class="hint">{tally(rows.map(({ verdict }) => verdict.outcome))}. Press an event to look into it.</p>
      <WindowedList items={rows} rowHeight={40} rows={9} label="Events of the batch" keyOf={({ index }) => index}>
        {({ index, title, verdict }) => (
          <button type="button" class="line" aria-expanded={index === open} onClick={() => void show(index)}>
            <span class="line-number">{index + 1}</span>
            <OutcomeBadge outcome={verdict.outcome} />
            <bdi class="line-title">{short(title)}</bdi>
            <span class="line-note">{verdict.status ?? ''}</span>
          </button>
        )}
      </WindowedList>
      {row && (
        <div class="opened">
          <h6>Event {row.index + 1}</h6>
          <VerdictBox verdict={row.verdict} next={row.next} />
          {detail && <Json value={detail.event} label={`Event ${row.index + 1}`} />}
          {detail?.preview && <MatchView preview={detail.preview} />}
          {detail?.preview?.payload && (
            <PayloadView payload={detail.preview.payload} fieldErrors={detail.preview.fieldErrors} />
          )}
        </div>
      )}
    </>
  )
}

/** How many of each, in words. */
function tally(names: string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(', ') || counted(0, 'event')
}
