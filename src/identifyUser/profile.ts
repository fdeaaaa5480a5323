import isEmpty from 'lodash/isEmpty'
import isPlainObject from 'lodash/isPlainObject'
import type { FlatData, ProfileUpdate } from '../api/types'
import { flatten } from '../flatten'
import type { Payload } from './generated-types'
import { USER_ID_KEY } from '../person/reference'

type Parts = Record<string, unknown>
type Company = NonNullable<ProfileUpdate['company']>

/** Traits that live in the profile, as Segment spells them. */
const PROFILE_TRAITS = new Set([
  ...['email', 'name', 'firstName', 'first_name', 'lastName', 'last_name'],
  ...['phone', 'avatar', 'description', 'website', 'title']
])

/** Parts of an address that reach the profile, in the order of an address line. */
const ADDRESS_PARTS = ['street', 'city', 'state', 'region', 'postalCode', 'postal_code', 'country']

/** Parts of a company that reach the profile. */
const COMPANY_PARTS = ['name', 'domain', 'website', 'url', 'description']

/**
 * The profile of a payload: what Crisp has a place for.
 * @returns no key without a value; `{}` when there is nothing
 */
export function toProfile(payload: Payload): ProfileUpdate {
  const profile = pickFilled({
    person: pickFilled({
      nickname: toName(payload.name) ?? join([payload.firstName, payload.lastName].map(toName), ' '),
      phone: toValue(payload.phone),
      avatar: toValue(payload.avatar),
      description: toValue(payload.description),
      website: toValue(payload.website),
      employment: pickFilled({ title: toValue(payload.jobTitle) }),
      ...toPlace(getParts(payload.address))
    }),
    company: toCompany(payload)
  })
  return profile ?? {}
}

/** The custom data of a payload: what is not part of the profile. No trait writes the key of the user ID. */
export function toCustomData(payload: Payload): FlatData {
  const traits: Parts = { ...payload.customData }
  for (const name of Object.keys(traits)) if (PROFILE_TRAITS.has(name)) traits[name] = undefined
  omitShown(traits, 'address', () => getParts(payload.address), ADDRESS_PARTS)
  omitShown(traits, 'company', () => toCompanyTrait(toCompany(payload)), COMPANY_PARTS)
  const data = flatten(traits, 'json')
  if (payload.clearNullTraits) {
    for (const [key, value] of flatten(clearNulls(traits), 'json')) if (!data.has(key)) data.set(key, value)
  }
  data.delete(USER_ID_KEY)
  return Object.fromEntries(data)
}

/** The parts of an address or a company: those of `whole`, if that is an object, and over them those mapped one by one. */
function getParts(field: Parts = {}): Parts {
  if (!isPlainObject(field.whole)) return field
  const { whole, ...parts } = field
  return { ...(whole as Parts), ...parts }
}

function toPlace(address: Parts): Pick<NonNullable<ProfileUpdate['person']>, 'address' | 'geolocation'> {
  if (isEmpty(address)) return {}
  const country = toValue(address.country)
  const line = ADDRESS_PARTS.map((part) => toValue(address[part]))
  return {
    address: toValue(address.whole) ?? join(line, ', '),
    geolocation: pickFilled({
      country: country && /^[A-Za-z]{2}$/.test(country) ? country.toUpperCase() : undefined,
      region: toValue(address.state) ?? toValue(address.region),
      city: toValue(address.city)
    })
  }
}

function toCompany(payload: Payload): Company | undefined {
  const company = getParts(payload.company)
  return pickFilled({
    name: toValue(company.name) ?? toValue(company.whole),
    url: toValue(company.website) ?? toValue(company.url),
    domain: toValue(company.domain),
    description: toValue(company.description)
  })
}

/** The company of a profile in the words of the trait, `COMPANY_PARTS` and `whole`. */
function toCompanyTrait({ name, url, domain, description }: Company = {}): Parts {
  return { whole: name, name, website: url, url, domain, description }
}

/** Takes out of a trait what the profile shows; the rest of an object stays. `whole` stands for a trait that is a text. */
function omitShown(traits: Parts, key: string, getMapped: () => Parts, parts: string[]): void {
  const trait = traits[key]
  if (trait === undefined) return
  const mapped = getMapped()
  if (isPlainObject(trait)) {
    traits[key] = omitEntries(trait, (name, value) => parts.includes(name) && isShown(value, mapped[name]))
  } else if (isShown(trait, mapped.whole)) {
    delete traits[key]
  }
}

/** Crisp removes no key: an empty text clears what agents see. Address and company belong to the profile. */
function clearNulls(traits: Parts): Parts {
  const keys = Object.keys(traits).filter((key) => traits[key] === null && key !== 'address' && key !== 'company')
  return Object.fromEntries(keys.map((key) => [key, '']))
}

function isShown(value: unknown, mapped: unknown): boolean {
  return toValue(value) !== undefined && toValue(value) === toValue(mapped)
}

function omitEntries(source: unknown, isOmitted: (key: string, value: unknown) => boolean): Parts {
  return Object.fromEntries(Object.entries(source ?? {}).filter(([key, value]) => !isOmitted(key, value)))
}

function join(values: (string | undefined)[], separator: string): string | undefined {
  return values.filter(Boolean).join(separator) || undefined
}

/** A name; what programs write for missing names is none. `Null` with a capital is a surname. */
function toName(value: unknown): string | undefined {
  const name = toText(value)
  return name && /^(?:(?:undefined|null)(?:\s+|$))+$/.test(name) ? undefined : name
}

/** A text that is not what programs write for a missing value. */
function toValue(value: unknown): string | undefined {
  const text = toText(value)
  return text && /^(undefined|null|true|false)$/i.test(text) ? undefined : text
}

/** A text without white space around it; numbers, such as a postal code, are texts too. */
function toText(value: unknown): string | undefined {
  if (Number.isFinite(value)) return String(value)
  return typeof value === 'string' ? value.trim() || undefined : undefined
}

/** The keys that are not undefined; undefined if all are. A loop: lodash's omitBy would be a tenth of an identify's CPU. */
function pickFilled<T extends object>(values: T): Partial<T> | undefined {
  let filled: Partial<T> | undefined
  for (const key of Object.keys(values) as (keyof T)[]) {
    if (values[key] === undefined) continue
    filled ??= {}
    filled[key] = values[key]
  }
  return filled
}
