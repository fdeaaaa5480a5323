import { computed, signal } from '@preact/signals'
import type {
  FaultSwitch,
  JournalRow,
  PeoplePage,
  PersonView,
  Preview,
  Quota,
  Run,
  RunSummary,
  SubscriptionView,
  TesterState
} from '../wire'
import { parse } from './parse'

/** A subscription as it is being edited. */
export interface Draft {
  id: number
  on: boolean
  /** A preset of the definition, one that only Engage sends to, or the user's own. */
  origin: 'preset' | 'engage' | 'own'
  view: SubscriptionView
}

export type Tab = 'person' | 'people' | 'journal' | 'faults'

/** What does not change while the page is open; undefined until the server has told. */
export const tester = signal<TesterState | undefined>(undefined)
export const connected = signal(true)

export const text = signal('')
export const parsed = computed(() => parse(text.value))
export const drafts = signal<Draft[]>([])
export const settings = signal<Record<string, string>>({})
/** A subscription that would take the chosen example, where no preset does. */
export const suggestion = signal<SubscriptionView | undefined>(undefined)
export const forecast = signal<{ previews: Preview[]; taken?: number[] } | undefined>(undefined)

export const run = signal<Run | undefined>(undefined)
export const busy = signal(false)
/** What went wrong with the tester itself, as a sentence. */
export const problem = signal('')
/** Said to screen readers, and nowhere shown. */
export const announcement = signal('')

export const runs = signal<RunSummary[]>([])
export const journal = signal<JournalRow[]>([])
export const faults = signal<FaultSwitch[]>([])
export const quota = signal<Quota | undefined>(undefined)
export const peopleCount = signal(0)

export const tab = signal<Tab>('person')
export const personId = signal('')
export const person = signal<PersonView | undefined>(undefined)
export const search = signal('')
export const people = signal<PeoplePage>({ total: 0, people: [] })

export const isLive = computed(() => tester.value?.mode === 'live')
export const activeSubscriptions = computed(() => drafts.value.filter(({ on }) => on).map(({ view }) => view))
