import type { Subscription } from '@segment/actions-core'
import destination from '../../src'
import { readJsonFile } from '../json-file'
import { batchSizeOf, readSubscription } from '../runtime'
import { findMappingProblems } from '../runtime/mapping-problems'
import { findTriggerProblem } from '../runtime/trigger'
import type { TriggerProblem } from '../runtime/trigger'
import { toFileError, UserError } from '../user-error'

/** What messages call a subscription. */
export function getName({ name, partnerAction }: Subscription): string {
  return name ?? partnerAction
}

/**
 * Reads the subscriptions of a mapping file: a list of them, one alone, or an object that holds the list under
 * `subscriptions`. Those that are switched off are left out, as by Segment.
 * @throws UserError when the file is not there or holds something else
 */
export function readSubscriptions(path: string): Subscription[] {
  const json = readJson(path)
  const list = Array.isArray(json) ? json : (json as { subscriptions?: unknown } | null)?.subscriptions ?? [json]
  if (!Array.isArray(list) || list.length === 0) throw new UserError(`${path} holds no subscriptions.`)
  const read = list.map((entry, index) => toUsable(entry, `Subscription ${index + 1} of ${path}`))
  const enabled = read.filter((_subscription, index) => !isDisabled(list[index]))
  if (enabled.length === 0) throw new UserError(`Every subscription of ${path} is disabled.`)
  return enabled
}

function readJson(path: string): unknown {
  try {
    return readJsonFile(path)
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`The mapping ${path} is not valid JSON.`)
    throw toFileError(error, `The mapping ${path}`, 'read')
  }
}

function isDisabled(entry: unknown): boolean {
  return (entry as { enabled?: unknown } | null)?.enabled === false
}

function toUsable(entry: unknown, what: string): Subscription {
  const read = readSubscription(entry)
  if ('problem' in read) throw new UserError(`${what}: ${read.problem}`)
  const name = `${what} (${getName(read)})`
  const trigger = findTriggerProblem(read.subscribe)
  if (trigger && !trigger.isHarmless) throw new UserError(`${name}: "subscribe" has a problem: ${toSentence(trigger)}`)
  const unknown = findUnknownField(read)
  if (unknown !== undefined) {
    throw new UserError(`${name}: there is no field "${unknown}". Look its name up in docs/reference.md.`)
  }
  const [wrong] = findMappingProblems(read.mapping ?? {})
  if (wrong) throw new UserError(`${name}: the field "${wrong.field}" has a problem: ${wrong.problem}`)
  return read
}

/** A field that the action does not have. Segment's own keys begin with two underscores. */
function findUnknownField({ partnerAction, mapping = {} }: Subscription): string | undefined {
  const known = Object.keys(destination.actions[partnerAction].fields)
  return Object.keys(mapping).find((field) => !known.includes(field) && !/^(__|@)/.test(field))
}

function toSentence({ problem, reading }: TriggerProblem): string {
  return reading === undefined ? problem : `${problem}. Write what you mean in one of Segment's forms.`
}

/** Events of a batch at most: the size that was asked for, else the smallest of the mappings. */
export function getBatchSize(asked: number | undefined, subscriptions: Subscription[]): number {
  return asked ?? Math.min(...subscriptions.map(({ mapping }) => batchSizeOf(mapping)))
}
