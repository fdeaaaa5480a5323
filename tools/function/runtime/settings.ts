import type { Settings } from '../../../src/generated-types'

type Given = Record<string, unknown> | undefined

/** Which setting of the Function stands for which field of an action. */
const CHOICES: Record<string, Record<string, string>> = {
  identifyUser: {
    audienceAsSegment: 'audienceAsSegment',
    skipRepeats: 'skipRepeats',
    clearNullTraits: 'clearNullTraits',
    identifyUnknownPerson: 'unknownPerson'
  },
  trackEvent: { trackUnknownPerson: 'unknownPerson' }
}

/** The settings of the Function, as Segment hands them over. */
export class FunctionSettings {
  private readonly given: Record<string, unknown>

  constructor(given: Given) {
    this.given = given ?? {}
  }

  /** The destination's settings. */
  get destination(): Settings {
    const { apiKey, websiteId, tokenType } = this.given
    return { apiKey: toText(apiKey), websiteId: toText(websiteId), tokenType: toText(tokenType).trim() || undefined }
  }

  /** The fields of an action that settings choose; a setting that is left empty leaves the mapping as it is. */
  getChoices(action: string): Record<string, unknown> {
    const chosen = Object.entries(CHOICES[action] ?? {}).map(
      ([setting, field]) => [field, this.given[setting]] as const
    )
    return Object.fromEntries(chosen.filter(([, value]) => value !== undefined && value !== null && value !== ''))
  }
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
