/**
 * Limits of Crisp's people API. Crisp refuses what exceeds them and cuts nothing itself.
 * Source: crisp-im/crisp-sdk-android issue 177 (Crisp staff, said of chat-session events, the same event object); the
 * 120 units of a value were measured by the reporter of that issue and confirmed there in general terms.
 */
export const EVENT_TEXT_MAX = 80
export const EVENT_PROPERTIES_MAX = 10
export const EVENT_VALUE_MAX = 120
export const KEY_MAX = 50

/**
 * Keys of event properties and of custom data, as Crisp's staff state the rule for events. Recorded custom data and
 * Crisp's help on imports show that capitals are legal and kept.
 */
export const LEGAL_KEY = /^[A-Za-z0-9_-]{1,50}$/

/** The colors of an event. Source: Crisp's REST API reference, "Add A People Event". */
export const EVENT_COLORS = [
  'red',
  'orange',
  'yellow',
  'green',
  'blue',
  'purple',
  'pink',
  'brown',
  'grey',
  'black'
] as const

/** Crisp's pages hold 20 to 50 people (REST API reference, "List People Profiles"). */
export const PEOPLE_PER_PAGE = { min: 20, max: 50 }
