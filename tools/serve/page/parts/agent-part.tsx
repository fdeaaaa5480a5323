import { useRef } from 'preact/hooks'
import { resetAll } from '../actions'
import { Empty } from '../pieces/empty'
import { isLive, peopleCount, tab } from '../store'
import type { Tab } from '../store'
import { PeopleList } from './people-list'
import { PersonPanel } from './person'

/** Part three: Crisp, as support agents have it before them. */
export function AgentPart() {
  return (
    <section class="part" id="agent" aria-labelledby="agent-title" tabIndex={-1}>
      <h2 id="agent-title">What the agent sees</h2>
      {isLive.value ? (
        <Empty title="Look into Crisp itself">
          With real credentials the people are in Crisp, under Contacts. Reading them here would cost requests of the
          day’s quota. Without the credentials the tester has a sandbox, which is shown here.
        </Empty>
      ) : (
        <>
          <Tabs />
          <div id="agent-panel" class="panel" role="tabpanel" aria-labelledby={`tab-${tab.value}`} tabIndex={0}>
            {tab.value === 'people' ? <PeopleList /> : <PersonPanel />}
          </div>
          <Reset />
        </>
      )}
    </section>
  )
}

function Tabs() {
  const count = peopleCount.value ? peopleCount.value.toLocaleString('en') : undefined
  const tabs: { id: Tab; label: string; count?: string }[] = [
    { id: 'person', label: 'Person' },
    { id: 'people', label: 'People', count }
  ]
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent) => {
    const steps: Record<string, Tab> = { Home: 'person', End: 'people' }
    const isArrow = event.key === 'ArrowRight' || event.key === 'ArrowLeft'
    const target = isArrow ? tabs.find(({ id }) => id !== tab.value)?.id : steps[event.key]
    if (!target) return
    event.preventDefault()
    tab.value = target
    list.current?.querySelector<HTMLElement>(`#tab-${target}`)?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-labelledby="agent-title" ref={list} onKeyDown={move}>
      {tabs.map((one) => (
        <button
          key={one.id}
          id={`tab-${one.id}`}
          type="button"
          role="tab"
          aria-selected={tab.value === one.id}
          aria-controls="agent-panel"
          tabIndex={tab.value === one.id ? 0 : -1}
          onClick={() => (tab.value = one.id)}
        >
          {one.label} {one.count && <span class="count">{one.count}</span>}
        </button>
      ))}
    </div>
  )
}

/** Empties the sandbox, after a question. */
function Reset() {
  const dialog = useRef<HTMLDialogElement>(null)
  const empty = () => {
    dialog.current?.close()
    void resetAll()
  }
  return (
    <p class="reset">
      <button type="button" class="button quiet small" onClick={() => dialog.current?.showModal()}>
        Empty the sandbox…
      </button>
      <dialog ref={dialog} aria-labelledby="reset-title">
        <h2 id="reset-title">Empty the sandbox?</h2>
        <p>Deletes people, history, journal and faults for every open tab. This cannot be undone.</p>
        <div class="row">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Keep everything
          </button>
          <button type="button" class="button primary danger" onClick={empty}>
            Empty it
          </button>
        </div>
      </dialog>
    </p>
  )
}
