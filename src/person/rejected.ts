import get from 'lodash/get'
import isEmpty from 'lodash/isEmpty'
import isEqual from 'lodash/isEqual'
import omit from 'lodash/omit'
import omitBy from 'lodash/omitBy'
import { CrispError, isCrispError } from '../api/errors'
import type { Answer, FlatData, ProfileUpdate } from '../api/types'
import { USER_ID_KEY } from './reference'

/** What an update stores, each part with a request of its own. */
export interface Parts {
  profile: ProfileUpdate
  data: FlatData
}

/** Why values of an event were left out although the rest was sent, by part. */
export type LeftOut = Partial<Record<keyof Parts, CrispError>>

/** Values by the path where they stand in a part. */
type Values = Record<string, unknown>

interface Rejection {
  part: keyof Parts
  values: Values
  cause: CrispError
}

/** The values that Crisp may reject for their format. It documents none, so the list is a choice. */
const SUSPECT_PATHS = [
  'person.phone',
  'person.avatar',
  'person.website',
  'person.geolocation',
  'company.url',
  'company.domain'
]

const LEFT_OUT = ' Everything else was sent; left out: '

/** One production integration cuts values at this length (demarche.numerique.gouv.fr); the real limit is unknown. */
const SAFE_LENGTH = 200

/**
 * What Crisp rejects for one person in one delivery. A rejected value never costs the person: the rest is sent without
 * it, the event fails with the reason, and Crisp is not asked again for the same value.
 */
export class RejectedValues {
  /** Why values of the event at hand were left out. Always empty for merged events. */
  leftOut: LeftOut = {}
  private isMerged = false
  private readonly rejections: Rejection[] = []

  /** Starts the next event, or the next merged events: those are split before anything is left out of them. */
  begin(isMerged: boolean): void {
    this.leftOut = {}
    this.isMerged = isMerged
  }

  /**
   * Sends a part of an update. If Crisp rejects it, it is sent once more without the values that Crisp may be rejecting.
   * @param least - what is sent when nothing is left; by default no request is made then
   * @throws CrispError
   */
  async send<Part extends keyof Parts, Body extends Parts[Part]>(
    part: Part,
    body: Body,
    attempt: (body: Body) => Promise<Answer>,
    least?: Body
  ): Promise<Answer | undefined> {
    try {
      return await attempt(body)
    } catch (thrown) {
      const values = this.isMerged ? {} : findSuspects(part, body)
      if (!isCrispError(thrown, 'invalid') || isEmpty(values)) throw thrown
      const kept = omitValues(body, values)
      const rest = isEmpty(kept) ? least : kept
      const answer = rest && (await attempt(rest))
      this.add(part, values, thrown)
      return answer
    }
  }

  /**
   * An update without the values that Crisp has rejected, where it would reject them again and nothing else with them.
   * @returns with the reasons that its event fails for, if something is left out
   */
  omitFrom<Update extends Parts>(update: Update): Update & { leftOut?: LeftOut } {
    let rest: Update & { leftOut?: LeftOut } = update
    for (const { part, values, cause } of this.rejections) {
      const suspects = findSuspects(part, rest[part])
      if (!isEqual(suspects, values)) continue
      const leftOut = { ...rest.leftOut, [part]: toLeftOutError(suspects, cause) }
      rest = { ...rest, [part]: omitValues(rest[part], suspects), leftOut }
    }
    return rest
  }

  private add(part: keyof Parts, values: Values, cause: CrispError): void {
    this.rejections.push({ part, values, cause })
    this.leftOut[part] = toLeftOutError(values, cause)
  }
}

function toLeftOutError(values: Values, { message, body }: CrispError): CrispError {
  const names = Object.keys(values).map((path) => path.replace('person.', ''))
  return new CrispError('invalid', 400, `${message}${LEFT_OUT}${names.join(', ')}.`, body)
}

/**
 * The error of an event: the profile's reason before the custom data's, and the names of all that was left out. No part
 * is in both: a part that values were omitted from has none left that Crisp may be rejecting.
 * @param earlier - known before the event was sent
 * @param later - learned from Crisp's answers to it
 * @returns undefined when nothing was left out
 */
export function joinReasons(earlier: LeftOut = {}, later: LeftOut = {}): CrispError | undefined {
  const profile = earlier.profile ?? later.profile
  const data = earlier.data ?? later.data
  if (!profile || !data) return profile ?? data
  const [, names] = data.message.split(LEFT_OUT)
  return new CrispError('invalid', 400, `${profile.message.slice(0, -1)}, ${names}`, profile.body)
}

function findSuspects<Part extends keyof Parts>(part: Part, body: Parts[Part]): Values {
  const paths =
    part === 'profile'
      ? SUSPECT_PATHS
      : Object.keys(body).filter((key) => key !== USER_ID_KEY && isLong(get(body, key)))
  const values = paths.map((path): [string, unknown] => [path, get(body, path)])
  return Object.fromEntries(values.filter(([, value]) => value !== undefined))
}

function omitValues<Body extends object>(body: Body, values: Values): Body {
  return omitBy(omit(body, Object.keys(values)), isEmptyObject) as Body
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && isEmpty(value)
}

function isLong(value: unknown): boolean {
  return typeof value === 'string' && value.length > SAFE_LENGTH
}
