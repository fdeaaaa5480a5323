/** A value of a person as it is shown. */
export interface Fact {
  label: string
  /** Where it is, as changes name it: `person.phone`. */
  path: string
  value: unknown
}

const labels: Record<string, string> = {
  phone: 'Phone',
  avatar: 'Picture',
  address: 'Address',
  website: 'Website',
  description: 'About',
  employment: 'Employment',
  geolocation: 'Place',
  gender: 'Gender',
  timezone: 'Time zone',
  locales: 'Languages',
  profiles: 'Profiles'
}

/** What is known of a person besides the name. */
export function contactFacts(details: Record<string, unknown>): Fact[] {
  return factsOf('person', details).filter(({ path }) => path !== 'person.nickname')
}

/** What is known of a person's company. */
export function companyFacts(company: Record<string, unknown>): Fact[] {
  return factsOf('company', company)
}

/** Custom data, under its own keys. */
export function dataFacts(data: Record<string, unknown>): Fact[] {
  return Object.entries(data).map(([key, value]) => ({ label: key, path: `data.${key}`, value }))
}

function factsOf(prefix: 'person' | 'company', values: Record<string, unknown>): Fact[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const label = prefix === 'person' ? labels[key] ?? key : key
    return isEmpty(value) ? [] : [{ label, path: `${prefix}.${key}`, value: words(value) }]
  })
}

/** The values of an object in a row: `Head of Research, Engines`. */
function words(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.values(value)
    .map((part: unknown) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join(', ')
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
