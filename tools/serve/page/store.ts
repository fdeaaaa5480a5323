import { computed, signal } from '@preact/signals'
import type {
  FaultSwitch,
  Forecast,
  JournalRow,
  PeoplePage,
  PersonView,
  Quota,
  Run,
  RunningRun,
  RunSummary,
  SubscriptionView,
  TesterState
} from '../wire'
import { findWrongFields, toSubscription } from './drafts'
import type { Draft } from './drafts'
import { parse } from './parse'

export type Tab = 'person' | 'people'

/** What does not change while the page is open; undefined until the server has told. */
export const tester = signal<TesterState | undefined>(undefined)
export const connected = signal(true)

export const text = signal('')
export const parsed = computed(() => parse(text.value))
export const drafts = signal<Draft[]>([])
export const settings = signal<Record<string, string>>({})
/** A subscription that would take the chosen example, where no preset does, and the example's text. */
export const suggestion = signal<{ subscription: SubscriptionView; text: string } | undefined>(undefined)
export const forecast = signal<Forecast | undefined>(undefined)

export const run = signal<Run | undefined>(undefined)
/** Why the last attempt to send led to no run. */
export const refusal = signal('')
export const busy = signal(false)
/** It has been busy for so long that it must be said. */
export const isSlow = signal(false)
/** Replay had the focus when it was pressed, and gets it back. */
export const isReplayFocused = signal(false)
/** By what the run that this page has sent last is known while it runs. */
export const tag = signal('')
export const running = signal<RunningRun[]>([])
/** What went wrong with the tester itself, by what it was asked for: each goes when its own cause is gone. */
export const problems = signal<Record<string, string>>({})
/** What others did that changes this page. */
export const notice = signal('')
/** Said to screen readers, and nowhere shown. */
export const announcement = signal('')

export const runs = signal<RunSummary[]>([])
export const historySearch = signal('')
export const historyOutcome = signal('')
export const journal = signal<JournalRow[]>([])
export const faults = signal<FaultSwitch[]>([])
export const quota = signal<Quota | undefined>(undefined)
export const peopleCount = signal(0)

export const tab = signal<Tab>('person')
export const personId = signal('')
export const person = signal<PersonView | undefined>(undefined)
export const eventsShown = signal(50)
export const search = signal('')
export const people = signal<PeoplePage>({ total: 0, people: [] })
/** What the check of the settings said. */
export const settingsSaid = signal('')

export const isLive = computed(() => tester.value?.mode === 'live')
export const activeDrafts = computed(() => drafts.value.filter(({ on }) => on))
export const activeSubscriptions = computed(() => activeDrafts.value.map(toSubscription))

/** Fields of subscriptions that are on and keep the event from being sent. */
export const wrongFields = computed(() =>
  activeDrafts.value.flatMap((draft) => {
    const fields = tester.value?.actions.find(({ key }) => key === draft.partnerAction)?.fields ?? []
    return findWrongFields(draft, fields).map((wrong) => ({ ...wrong, subscription: draft.name }))
  })
)

/** The run that this page has sent and that has not ended. */
export const ownRun = computed(() => running.value.find((one) => one.tag !== undefined && one.tag === tag.value))
