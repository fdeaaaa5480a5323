import type { Choices } from './choices'
import type { Lag } from './indexes'
import type { PersonRecord } from './profile'
import { SEARCH_QUERY_LENGTH } from './schemas'
import type { Schema } from './schemas'
import type { Profile, Scalar } from './types'
import { findProblem } from './validation'
import type { Website } from './website'

type Operator = 'eq' | 'neq' | 'has'

/** One condition of a `search_filter`. */
export interface Condition {
  criterion: string
  operator: Operator
  query: Scalar[]
}

/** What a people list asks for. */
export interface Search {
  conditions: Condition[]
  match: 'and' | 'or'
  text?: string
  sortField: string
  sortOrder: 'ascending' | 'descending'
  from?: number
  to?: number
}

/** A list that cannot be answered, with Crisp's reason. */
export class SearchError extends Error {
  constructor(readonly reason: 'invalid_data' | 'search_query_too_long', message: string) {
    super(message)
  }
}

const CRITERIA = [
  'email',
  'segments',
  'company.name',
  'company.legal_name',
  'person.nickname',
  'person.address',
  'person.employment.name',
  'person.geolocation.city',
  'person.geolocation.country'
]

/** What `sort_field` may name: times, and search fields. */
export const SORT_FIELDS = ['created_at', 'updated_at', 'active', 'nickname', ...CRITERIA]

const FILTER: Schema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      model: { const: 'people' },
      criterion: { type: 'string' },
      operator: { type: 'string' },
      query: { type: 'array', items: { type: ['string', 'number', 'boolean'] } }
    },
    required: ['model', 'criterion', 'operator', 'query']
  }
}

/** Reads the query string of a people list. Throws a SearchError on what the choices refuse. */
export function readSearch(query: Record<string, string | undefined>, choices: Choices): Search {
  return {
    conditions: readConditions(query.search_filter, choices),
    match: query.search_operator === 'or' ? 'or' : 'and',
    text: query.search_text?.toLowerCase() || undefined,
    sortField: readSortField(query.sort_field, choices),
    sortOrder: query.sort_order === 'ascending' ? 'ascending' : 'descending',
    from: readDate('filter_date_start', query.filter_date_start),
    to: readDate('filter_date_end', query.filter_date_end)
  }
}

/**
 * The people that match, sorted. Conditions on email and custom data that must be equal use an index.
 * @param lag - shows the people as they were before some writes
 */
export function findPeople(website: Website, search: Search, lag?: Lag): PersonRecord[] {
  const candidates = lag ? website.getLagging(lag) : [...getCandidates(website, search)]
  const found = candidates.filter((person) => matches(website, person, search))
  const direction = search.sortOrder === 'ascending' ? 1 : -1
  // People are held in order of creation, and that order decides between equal times.
  if (search.sortOrder === 'descending') found.reverse()
  return found.sort((a, b) => direction * compare(getSortKey(a, search), getSortKey(b, search)))
}

/** Sorting by updated_at was seen not to work in production; by the choice `updatedAtSort` it does here. */
function readSortField(field = 'created_at', choices: Choices): string {
  return field === 'updated_at' && choices.updatedAtSort === 'ignored' ? 'created_at' : field
}

function readConditions(filter: string | undefined, choices: Choices): Condition[] {
  if (filter === undefined || filter === '') return []
  if (filter.length > SEARCH_QUERY_LENGTH) throw new SearchError('search_query_too_long', 'search_filter is too long')
  let parsed: unknown
  try {
    parsed = JSON.parse(filter)
  } catch {
    throw new SearchError('invalid_data', 'search_filter must be JSON')
  }
  const problem = findProblem(FILTER, 'refused', parsed)
  if (problem) throw new SearchError('invalid_data', `search_filter${problem.instancePath} ${problem.message}`)
  return (parsed as FilterItem[]).flatMap((item) => toConditions(item, choices))
}

interface FilterItem extends Omit<Condition, 'operator'> {
  operator: string
}

function toConditions({ criterion, operator, query }: FilterItem, choices: Choices): Condition[] {
  const onData = criterion.startsWith('data.') && criterion.length > 'data.'.length
  if (onData && choices.dataSearch === 'ignored') return []
  if (onData && choices.dataSearch === 'refused')
    throw new SearchError('invalid_data', `search_filter criterion "${criterion}" is not supported`)
  const known = (onData || CRITERIA.includes(criterion)) && ['eq', 'neq', 'has'].includes(operator)
  if (known) return [{ criterion, operator: operator as Operator, query }]
  if (choices.unknownFilter === 'ignored') return []
  throw new SearchError('invalid_data', `search_filter "${criterion} ${operator}" is not supported`)
}

function readDate(name: string, value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined
  const time = Date.parse(value)
  if (Number.isNaN(time)) throw new SearchError('invalid_data', `${name} must be an ISO 8601 date`)
  return time
}

function getCandidates(website: Website, { conditions, match }: Search): Iterable<PersonRecord> {
  if (match === 'or' && conditions.length > 1) return website.all()
  const indexed = conditions.find(
    ({ criterion, operator }) => operator === 'eq' && (criterion === 'email' || criterion.startsWith('data.'))
  )
  if (!indexed) return website.all()
  const { criterion, query } = indexed
  const found = query.flatMap((value) =>
    criterion === 'email'
      ? website.withEmail(String(value)) ?? []
      : [...website.withData(criterion.slice('data.'.length), value)]
  )
  return new Set(found)
}

function matches(website: Website, person: PersonRecord, search: Search): boolean {
  if (search.from !== undefined && person.createdAt < search.from) return false
  if (search.to !== undefined && person.createdAt > search.to) return false
  if (search.text && !getSearchText(website.read(person)).includes(search.text)) return false
  if (search.conditions.length === 0) return true
  const holds = (condition: Condition) => meets(website, person, condition)
  return search.match === 'or' ? search.conditions.some(holds) : search.conditions.every(holds)
}

function meets(website: Website, person: PersonRecord, { criterion, operator, query }: Condition): boolean {
  const fold = (value: string) => (criterion === 'email' ? website.fold(value) : value)
  const wanted = query.map((value) => fold(String(value)))
  const held = getValues(person, criterion)
  const equal = held.some((value) => wanted.includes(value))
  if (operator === 'eq') return equal
  if (operator === 'neq') return !equal
  return held.some((value) => wanted.some((part) => value.toLowerCase().includes(part.toLowerCase())))
}

function getValues(person: PersonRecord, criterion: string): string[] {
  if (criterion === 'email') return [person.email]
  if (criterion === 'segments') return person.fields.segments ?? []
  const [root, ...path] = criterion.split('.')
  if (root === 'data') {
    const key = path.join('.')
    return Object.hasOwn(person.data, key) ? [String(person.data[key])] : []
  }
  let value: unknown = root === 'person' ? person.fields.person : person.fields.company
  for (const step of path) value = (value as Record<string, unknown> | undefined)?.[step]
  return typeof value === 'string' ? [value] : []
}

function getSearchText({ email, person, company }: Profile): string {
  return [email, person.nickname, person.phone, company.name].filter(Boolean).join('\n').toLowerCase()
}

function getSortKey(person: PersonRecord, { sortField }: Search): number | string {
  if (sortField === 'created_at') return person.createdAt
  if (sortField === 'updated_at') return person.updatedAt
  if (sortField === 'active') return person.fields.active ?? 0
  return getValues(person, sortField === 'nickname' ? 'person.nickname' : sortField).join('\n')
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
