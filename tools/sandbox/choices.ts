/**
 * What is not known outside Crisp about its API, decided here: every behavior below is a CHOICE, not a fact. Each has
 * a safe default (what fails a careless client rather than what lets it pass) and the other values it can take.
 * `docs/sandbox.md` tells the same with what is known about each.
 */
const TABLE = {
  emailCase: choose(
    ['insensitive', 'sensitive'],
    'Emails are stored in lower case and match in any case, or are kept and matched as sent.'
  ),
  emailFormat: choose(['checked', 'any'], 'An email without a single @ between two parts: 400, or stored.'),
  unknownKeys: choose(['ignored', 'refused'], 'Body keys that the reference does not list: dropped, or 400.'),
  nullValues: choose(
    ['refused', 'ignored', 'clears'],
    'null in a profile or in custom data: 400, left out, or removes the stored value.'
  ),
  nestedData: choose(['refused', 'ignored'], 'An object or array as a custom data value: 400, or left out.'),
  dataKeys: choose(['checked', 'any'], 'Custom data keys: [A-Za-z0-9_-]{1,50} or 400, or any.'),
  emptyNickname: choose(['refused', 'accepted'], 'An empty person.nickname: 400, or stored.'),
  arrayMerge: choose(
    ['replaced', 'united'],
    'Arrays in a profile PATCH replace the stored ones, or are added to them.'
  ),
  putMissing: choose(['notFound', 'creates'], 'PUT on a profile that does not exist: 404, or creates it.'),
  updatedAt: choose(['profileWrites', 'allWrites'], 'What moves updated_at: profile writes, or data and events too.'),
  dataSearch: choose(
    ['supported', 'refused', 'ignored'],
    'search_filter on data.<key>: filters, 400 invalid_data, or is left out of the filter (an unfiltered list).'
  ),
  unknownFilter: choose(['refused', 'ignored'], 'A search_filter with an unknown criterion or operator.'),
  updatedAtSort: choose(['ignored', 'sorted'], 'sort_field=updated_at: the list comes unsorted, or sorted.'),
  perPage: choose(['refused', 'clamped'], 'per_page outside 20 to 50: 400, or the nearest bound.'),
  listStatus: choose(['200', '206'], 'Status of a people list that has further pages.'),
  eventOrder: choose(['newestFirst', 'oldestFirst'], 'Order of the event list.'),
  eventTimestamp: choose(['ignored', 'refused'], 'A timestamp in the body of an event.'),
  eventColor: choose(['none', 'blue'], 'The color of an event that was sent without one.'),
  textUnits: choose(['utf16', 'codePoints'], 'What the length limits of events count.'),
  missingTier: choose(
    ['user', 'any'],
    'A request without X-Crisp-Tier counts as user tier, or as the tier of its token.'
  ),
  foreignWebsite: choose(
    ['notAllowed', 'notFound'],
    'A website or user token on a website that is not its own: 403 not_allowed, or 404 website_not_found.'
  ),
  restrictedTier: choose(['403', '401'], 'Status of restricted_route_tier.'),
  contentType: choose(['any', 'json'], 'A body that is not declared as JSON: read as JSON all the same, or 400.'),
  subscription: choose(['on', 'off'], 'The email subscription of a person who never set it.')
} as const

export type Choices = { -readonly [Name in keyof typeof TABLE]: (typeof TABLE)[Name]['values'][number] }
export type ChoiceName = keyof Choices

/** Every choice with its values, the first of which is the default, and one sentence on it. */
export const CHOICES: Readonly<Record<ChoiceName, { values: readonly string[]; about: string }>> = TABLE

/** The defaults, with the given ones in their place. Throws a sentence on a name or value that does not exist. */
export function makeChoices(given: Partial<Choices> = {}): Choices {
  const names = Object.keys(TABLE) as ChoiceName[]
  const chosen: Record<string, string> = Object.fromEntries(names.map((name) => [name, CHOICES[name].values[0]]))
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(CHOICES, name)) throw new Error(`There is no choice named "${name}".`)
    const { values } = CHOICES[name as ChoiceName]
    if (!values.includes(value)) throw new Error(`The choice ${name} is one of ${values.join(', ')}; not "${value}".`)
    chosen[name] = value
  }
  return chosen as Choices
}

function choose<const Values extends readonly [string, ...string[]]>(values: Values, about: string) {
  return { values, about }
}
