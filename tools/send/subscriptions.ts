import { readFile } from 'fs/promises'
import type { Subscription } from '@segment/actions-core'
import { conditionProblem, readSubscription } from '../runtime'
import { Refusal } from './refusal'

/** What messages call a subscription. */
export function nameOf({ name, partnerAction }: Subscription): string {
  return name ?? partnerAction
}

/**
 * Reads the subscriptions of a mapping file: a list of them, one alone, or an object that holds the list under
 * `subscriptions`.
 * @throws Refusal when the file is not there or holds something else
 */
export async function readSubscriptions(path: string): Promise<Subscription[]> {
  const json = await readJson(path)
  const list = Array.isArray(json) ? json : (json as { subscriptions?: unknown } | null)?.subscriptions ?? [json]
  if (!Array.isArray(list) || list.length === 0) throw new Refusal(`${path} holds no subscriptions.`)
  return list.map((entry, index) => usable(entry, `Subscription ${index + 1} of ${path}`))
}

async function readJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new Refusal(`The mapping ${path} cannot be read: ${(error as Error).message}`)
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown
  } catch {
    throw new Refusal(`The mapping ${path} is not valid JSON.`)
  }
}

function usable(entry: unknown, what: string): Subscription {
  const read = readSubscription(entry)
  if ('problem' in read) throw new Refusal(`${what}: ${read.problem}`)
  const unreadable = conditionProblem(read.subscribe)
  if (unreadable !== undefined) throw new Refusal(`${what} has a condition that cannot be read: ${unreadable}`)
  return read
}
