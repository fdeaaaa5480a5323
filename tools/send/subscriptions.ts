import type { Subscription } from '@segment/actions-core'
import { readJsonFile } from '../json-file'
import { conditionProblem, readSubscription } from '../runtime'
import { Refusal } from './refusal'

/** What messages call a subscription. */
export function nameOf({ name, partnerAction }: Subscription): string {
  return name ?? partnerAction
}

/**
 * Reads the subscriptions of a mapping file: a list of them, one alone, or an object that holds the list under
 * `subscriptions`. Those that are switched off are left out, as by Segment.
 * @throws Refusal when the file is not there or holds something else
 */
export function readSubscriptions(path: string): Subscription[] {
  const json = readJson(path)
  const list = Array.isArray(json) ? json : (json as { subscriptions?: unknown } | null)?.subscriptions ?? [json]
  if (!Array.isArray(list) || list.length === 0) throw new Refusal(`${path} holds no subscriptions.`)
  const read = list.map((entry, index) => usable(entry, `Subscription ${index + 1} of ${path}`))
  const enabled = read.filter((_subscription, index) => !isDisabled(list[index]))
  if (enabled.length === 0) throw new Refusal(`Every subscription of ${path} is disabled.`)
  return enabled
}

function readJson(path: string): unknown {
  try {
    return readJsonFile(path)
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal(`The mapping ${path} is not valid JSON.`)
    throw new Refusal(`The mapping ${path} cannot be read: ${(error as Error).message}`)
  }
}

function isDisabled(entry: unknown): boolean {
  return (entry as { enabled?: unknown } | null)?.enabled === false
}

function usable(entry: unknown, what: string): Subscription {
  const read = readSubscription(entry)
  if ('problem' in read) throw new Refusal(`${what}: ${read.problem}`)
  const unreadable = conditionProblem(read.subscribe)
  if (unreadable !== undefined) throw new Refusal(`${what} has a condition that cannot be read: ${unreadable}`)
  return read
}
