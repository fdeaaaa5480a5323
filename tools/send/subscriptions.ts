import { readFile } from 'fs/promises'
import type { Subscription } from '@segment/actions-core'
import { parseFql } from '@segment/destination-subscriptions'
import destination from '../../src'
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
  return list.map((entry, index) => readSubscription(entry, `Subscription ${index + 1} of ${path}`))
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

function readSubscription(entry: unknown, what: string): Subscription {
  const { name, partnerAction, subscribe, mapping } = (entry ?? {}) as Partial<Record<keyof Subscription, unknown>>
  const actions = Object.keys(destination.actions)
  if (typeof partnerAction !== 'string' || !actions.includes(partnerAction)) {
    throw new Refusal(`${what} needs "partnerAction", one of ${actions.join(', ')}.`)
  }
  if (typeof subscribe !== 'string') {
    throw new Refusal(`${what} needs "subscribe", for example "type = \\"track\\"".`)
  }
  const condition = parseFql(subscribe)
  if ('error' in condition) {
    throw new Refusal(`${what} has a condition that cannot be read: ${condition.error?.message ?? subscribe}`)
  }
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) {
    throw new Refusal(`${what} needs "mapping", an object.`)
  }
  const named = typeof name === 'string' ? { name } : {}
  return { ...named, partnerAction, subscribe, mapping: mapping as Subscription['mapping'] }
}
