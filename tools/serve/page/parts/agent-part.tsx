import { useRef } from 'preact/hooks'
import { resetAll } from '../actions'
import { Empty } from '../pieces/empty'
import { faults, isLive, peopleCount, tab } from '../store'
import type { Tab } from '../store'
import { FaultsView } from './faults'
import { JournalView } from './journal'
import { PeopleList } from './people-list'
import { PersonPanel } from './person'

/** Part three: Crisp, as support agents have it before them, and the sandbox behind it. */
export function AgentPart() {
  const struck = faults.value.filter(({ on }) => on).length
  const tabs: { id: Tab; label: string; count?: string }[] = [
    { id: 'person', label: 'Person' },
    { id: 'people', label: 'People', count: peopleCount.value ? peopleCount.value.toLocaleString('en') : undefined },
    { id: 'journal', label: 'Journal' },
    { id: 'faults', label: 'Faults', count: struck ? `${struck} on` : undefined }
  ]
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 }
    const at = tabs.findIndex(({ id }) => id === tab.value)
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? tabs.length - 1 : at + (steps[event.key] ?? 0)
    if (to === at && !(event.key in steps)) return
    event.preventDefault()
    tab.value = tabs[(to + tabs.length) % tabs.length].id
    list.current?.querySelector<HTMLElement>(`#tab-${tab.value}`)?.focus()
  }
  return (
    <section class="part" id="agent" aria-labelledby="agent-title" tabIndex={-1}>
      <h2 id="agent-title">What the agent sees</h2>
      <div class="tabs" role="tablist" aria-labelledby="agent-title" ref={list} onKeyDown={move}>
        {tabs.map(({ id, label, count }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={tab.value === id}
            aria-controls="agent-panel"
            tabIndex={tab.value === id ? 0 : -1}
            onClick={() => (tab.value = id)}
          >
            {label} {count && <span class={id === 'faults' ? 'count count-warn' : 'count'}>{count}</span>}
          </button>
        ))}
      </div>
      <div id="agent-panel" class="panel" role="tabpanel" aria-labelledby={`tab-${tab.value}`} tabIndex={0}>
        <Panel />
      </div>
      {!isLive.value && (
        <p class="reset">
          <button type="button" class="button quiet small" onClick={() => void resetAll()}>
            Empty the sandbox
          </button>
          <span class="hint">Forgets people, history, journal and faults.</span>
        </p>
      )}
    </section>
  )
}

function Panel() {
  if (tab.value === 'journal') return <JournalView />
  if (isLive.value) {
    return (
      <Empty title="Look into Crisp itself">
        With real credentials the people are in Crisp, under Contacts. Reading them here would cost requests of the
        day’s quota. Without the credentials the tester has a sandbox, which is shown here.
      </Empty>
    )
  }
  if (tab.value === 'people') return <PeopleList />
  if (tab.value === 'faults') return <FaultsView />
  return <PersonPanel />
}
