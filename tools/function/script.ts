import { readFileSync } from 'fs'
import { join } from 'path'
import type { Subscription } from '@segment/actions-core'
import { packageFolder } from '../package-folder'
import { toFileError, UserError } from '../user-error'

/** The part of the script that is the same for every mapping, made by `npm run build`. */
export const BODY_FILE = join(packageFolder(), 'dist/function.js')

const HANDLERS = ['onIdentify', 'onTrack', 'onPage', 'onScreen', 'onGroup', 'onAlias']

/**
 * The code of a Segment destination Function.
 * @param subscriptions - the mappings that the script applies
 * @throws UserError when the build has not been run
 */
export function toScript(subscriptions: Subscription[]): string {
  return [
    getHeader(),
    `const SUBSCRIPTIONS = [\n${subscriptions.map(format).join(',\n')}\n]`,
    readBody().trim(),
    ...HANDLERS.map((name) => toHandler(name, 'onEvent', 'event')),
    toHandler('onDelete', 'onDelete', 'event'),
    toHandler('onBatch', 'onBatch', 'events')
  ]
    .join('\n\n')
    .concat('\n')
}

function readBody(): string {
  try {
    return readFileSync(BODY_FILE, 'utf8')
  } catch (error) {
    throw toFileError(error, 'dist/function.js', 'read', 'Run npm run build first.')
  }
}

/**
 * The script has no Liquid engine, which is larger than the rest of it.
 * @throws UserError that names the subscription and the field
 */
export function assertNoLiquid(subscriptions: Subscription[]): void {
  for (const { name, partnerAction, mapping = {} } of subscriptions) {
    const field = Object.keys(mapping).find((key) => JSON.stringify(mapping[key]).includes('"@liquid":'))
    if (field === undefined) continue
    throw new UserError(
      `The subscription "${
        name ?? partnerAction
      }" maps the field "${field}" with Liquid, which a Function cannot run. Use another directive, such as @template.`
    )
  }
}

/** A subscription with a line for each field of its mapping. */
function format({ mapping = {}, ...rest }: Subscription): string {
  const fields = Object.entries(mapping).map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
  const others = Object.entries(rest).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`)
  return `{\n${others.join('')}  "mapping": {\n${fields.join(',\n')}\n  }\n}`
}

function toHandler(name: string, delegate: string, input: string): string {
  return `async function ${name}(${input}, settings) {\n  return crisp.${delegate}(${input}, settings)\n}`
}

function getHeader(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string }
  return `/*
 * Crisp for Segment ${version}, as a destination Function. MIT License, Copyright (c) 2026 The actions-crisp contributors.
 * Contains parts of @segment/actions-core and @segment/destination-subscriptions (MIT) and of lru-cache (ISC).
 *
 * Set up: Connections > Catalog > Functions > New Function > Destination. Paste this, add the settings, save, connect a source.
 * Settings: apiKey (string, required, encrypted: identifier:key), websiteId (string, required), tokenType (string: plugin or website).
 * Optional: audienceAsSegment, skipRepeats, clearNullTraits (boolean), identifyUnknownPerson (string: create or drop),
 *   trackUnknownPerson (string: drop, retry or create). A setting that is empty leaves the mapping below as it is.
 * Segment sends up to 20 events in 10 seconds to onBatch, up to 400 on request, and halts a call after 5 seconds: what was
 *   not sent by then is tried again. Use destination filters for events that Crisp does not need.
 */`
}
