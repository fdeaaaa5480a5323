import isEmpty from 'lodash/isEmpty'
import isPlainObject from 'lodash/isPlainObject'
import pick from 'lodash/pick'
import { DATA_KEY } from '../crisp/limits'
import type { FlatData, ProfileUpdate } from '../crisp/types'
import { USER_ID_KEY } from '../person/search'
import { flatten } from '../values'
import type { Payload } from './generated-types'

type Parts = Record<string, unknown>
type Company = NonNullable<ProfileUpdate['company']>

/** Traits that live in the profile, as Segment spells them. */
const PROFILE_TRAITS = new Set([
  'email',
  'name',
  'firstName',
  'first_name',
  'lastName',
  'last_name',
  'phone',
  'avatar',
  'description',
  'website',
  'title'
])

/** Parts of an address that reach the profile, in the order of an address line. */
const ADDRESS_PARTS = ['street', 'city', 'state', 'region', 'postalCode', 'postal_code', 'country']

/**
 * The profile of a payload: what Crisp has a place for.
 * @returns no key without a value; `{}` when there is nothing
 */
export function profileOf(payload: Payload): ProfileUpdate {
  const address = partsOf(payload.address)
  const country = textOf(address.country)

  return filled({
    person: filled({
      nickname: textOf(payload.name) ?? joined([payload.firstName, payload.lastName], ' '),
      phone: textOf(payload.phone),
      avatar: textOf(payload.avatar),
      description: textOf(payload.description),
      website: textOf(payload.website),
      address:
        textOf(address.whole) ??
        joined(
          ADDRESS_PARTS.map((part) => address[part]),
          ', '
        ),
      employment: filled({ title: textOf(payload.jobTitle) }),
      geolocation: filled({
        country: country && /^[A-Za-z]{2}$/.test(country) ? country.toUpperCase() : undefined,
        region: textOf(address.state) ?? textOf(address.region),
        city: textOf(address.city)
      })
    }),
    company: companyOf(payload)
  })
}

/**
 * The custom data of a payload: what is not part of the profile. The key of the user ID is reserved under every
 * spelling.
 */
export function customDataOf(payload: Payload): FlatData {
  const traits = without(payload.customData, (key) => PROFILE_TRAITS.has(key))
  leaveOutShown(traits, 'address', () => pick(partsOf(payload.address), ['whole', ...ADDRESS_PARTS]))
  leaveOutShown(traits, 'company', () => companyTrait(companyOf(payload)))
  const data = flatten(traits, { legalKey: DATA_KEY, arrays: 'json' })
  data.delete(USER_ID_KEY)
  return Object.fromEntries(data)
}

/**
 * The parts of an address or a company, whatever was mapped: `whole` holds the trait, a text or an object; parts that
 * are mapped by themselves win over its parts.
 */
function partsOf(field: unknown): Parts {
  if (!isPlainObject(field)) return {}
  const { whole, ...parts } = field as Parts
  return isPlainObject(whole) ? { ...(whole as Parts), ...parts } : { ...parts, whole }
}

function companyOf(payload: Payload): Company {
  const company = partsOf(payload.company)
  return filled({
    name: textOf(company.name) ?? textOf(company.whole),
    url: textOf(company.website) ?? textOf(company.url),
    domain: textOf(company.domain),
    description: textOf(company.description)
  })
}

/** The company of a profile in the words of the trait. */
function companyTrait({ name, url, domain, description }: Company): Parts {
  return { whole: name, name, website: url, url, domain, description }
}

/** Takes out of a trait what the profile shows; the rest of an object stays. `whole` stands for a trait that is a text. */
function leaveOutShown(traits: Parts, key: string, shownOf: () => Parts): void {
  const trait = traits[key]
  if (trait === undefined) return
  const shown = shownOf()
  if (isPlainObject(trait)) {
    traits[key] = without(trait, (name, value) => name !== 'whole' && isShown(value, shown[name]))
  } else if (isShown(trait, shown.whole)) {
    delete traits[key]
  }
}

function isShown(value: unknown, mapped: unknown): boolean {
  return textOf(value) !== undefined && textOf(value) === textOf(mapped)
}

function without(source: unknown, leaveOut: (key: string, value: unknown) => boolean): Parts {
  return Object.fromEntries(Object.entries(source ?? {}).filter(([key, value]) => !leaveOut(key, value)))
}

function joined(values: unknown[], separator: string): string | undefined {
  return textOf(values.map(textOf).filter(Boolean).join(separator))
}

/** A text without white space around it; numbers, such as a postal code, are texts too. */
function textOf(value: unknown): string | undefined {
  if (Number.isFinite(value)) return String(value)
  return typeof value === 'string' ? value.trim() || undefined : undefined
}

function filled<T extends object>(values: T): Partial<T> {
  const kept: Partial<T> = {}
  for (const key of Object.keys(values) as (keyof T)[]) {
    if (!isEmpty(values[key])) kept[key] = values[key]
  }
  return kept
}
