import type { FaultEffect } from '../../../tools/sandbox'
import { presetSubscriptions, Runtime } from '../../../tools/runtime'
import { loadFunction, readEnding } from './load'
import type { FunctionSettings } from './load'
import { IDENTIFY, toEvent, TRACK, useSandbox } from './support'

const shared = useSandbox()

const load = () => loadFunction(shared.crisp)

describe('the handlers', () => {
  it('create a person, add an event and delete the person', async () => {
    const { crisp, settings } = shared
    const { onIdentify, onTrack, onDelete } = load()
    await onIdentify(IDENTIFY, settings)
    await onTrack(TRACK, settings)
    expect(crisp.people.get('ada@example.com')).toMatchObject({
      profile: { email: 'ada@example.com', person: { nickname: 'Ada' } },
      data: { plan: 'team', user_id: 'u1' },
      events: [{ text: 'Order Completed', data: { total: 12 } }]
    })
    await onDelete(toEvent({ type: 'delete', userId: 'u1' }), settings)
    expect(crisp.people.all()).toEqual([])
  })

  it.each(['Page', 'Screen', 'Group', 'Alias'] as const)('answer EventNotSupported to a %s call', async (name) => {
    const type = name.toLowerCase()
    const ending = await readEnding(load()[`on${name}`](toEvent({ type, userId: 'u1' }), shared.settings))
    expect(ending).toBe(`EventNotSupported: No mapping takes this ${type} event.`)
    expect(shared.crisp.journal.count()).toBe(0)
  })

  it('keep an event of an unknown person out of Crisp and say why', async () => {
    expect(await readEnding(load().onTrack(TRACK, shared.settings))).toMatch(
      /^ValidationError: No Crisp person matches/
    )
    expect(shared.crisp.people.all()).toEqual([])
  })

  it('say which field is missing or wrong', async () => {
    const { onIdentify } = load()
    const event = toEvent({ type: 'identify', traits: { name: 'Ada' } })
    expect(await readEnding(onIdentify(event, shared.settings))).toBe(
      'ValidationError: Email is missing. Fix the mapping or the source.'
    )
    expect(await readEnding(onIdentify(IDENTIFY, { ...shared.settings, identifyUnknownPerson: 'ignore' }))).toBe(
      'ValidationError: If Person Not Found must be one of create, drop. Fix the mapping or the source.'
    )
  })

  it('delete no one for a deletion without a user ID', async () => {
    shared.crisp.people.add({ email: 'ada@example.com' })
    const ending = await readEnding(load().onDelete(toEvent({ type: 'delete', anonymousId: 'a1' }), shared.settings))
    expect(ending).toMatch(/^ValidationError: The deletion has no user ID/)
    expect(shared.crisp.people.all()).toHaveLength(1)
  })

  it('try a deletion again that Crisp did not take', async () => {
    shared.crisp.faults.add({ effect: { type: 'answer', status: 503, reason: 'unavailable' } })
    const ending = await readEnding(load().onDelete(toEvent({ type: 'delete', userId: 'u1' }), shared.settings))
    expect(ending).toMatch(/^RetryError: Crisp had a server error/)
  })
})

describe('the settings', () => {
  it.each<[string, FunctionSettings | undefined]>([
    ['no settings', undefined],
    ['no API key', { websiteId: '8c842203-7ed8-4e29-a608-7cf78a7d2fcc' }],
    ['a malformed API key', { apiKey: 'key', websiteId: '8c842203-7ed8-4e29-a608-7cf78a7d2fcc' }],
    ['a malformed website ID', { apiKey: 'identifier:key', websiteId: 'my-website' }],
    ['a website ID that is no text', { apiKey: 'identifier:key', websiteId: 7 }]
  ])('fail every call with one sentence when there is %s', async (_what, settings) => {
    const { onIdentify, onDelete, onBatch } = load()
    const ending = await readEnding(onIdentify(IDENTIFY, settings))
    expect(ending).toMatch(/^ValidationError: (API Key|Website ID) must be .+\.$/)
    expect(await readEnding(onDelete(toEvent({ type: 'delete', userId: 'u1' }), settings))).toBe(ending)
    expect(await onBatch([IDENTIFY, TRACK], settings)).toEqual(
      [IDENTIFY, TRACK].map(() => ({ status: 400, errormessage: ending.replace('ValidationError: ', '') }))
    )
    expect(shared.crisp.journal.count()).toBe(0)
  })

  it('take the token type, a plugin by default', async () => {
    const { onIdentify } = load()
    await onIdentify(IDENTIFY, shared.settings)
    await onIdentify(IDENTIFY, { ...shared.settings, tokenType: 'website' })
    const tiers = shared.crisp.journal.entries().map(({ headers }) => headers['x-crisp-tier'])
    expect([tiers[0], tiers.at(-1)]).toEqual(['plugin', 'website'])
  })

  it('add the person to a segment when audienceAsSegment is on', async () => {
    const event = toEvent({
      ...IDENTIFY,
      traits: { email: 'ada@example.com', vip: true },
      context: { personas: { computation_class: 'audience', computation_key: 'vip' } }
    })
    const { onIdentify } = load()
    await onIdentify(event, shared.settings)
    expect(shared.crisp.people.get('ada@example.com')?.profile.segments ?? []).toEqual([])
    await onIdentify(event, { ...shared.settings, audienceAsSegment: true })
    expect(shared.crisp.people.get('ada@example.com')?.profile.segments).toEqual(['vip'])
  })

  it('skip a repeated update when skipRepeats is on', async () => {
    const { onIdentify } = load()
    const settings = { ...shared.settings, skipRepeats: true }
    await onIdentify(IDENTIFY, settings)
    const before = shared.crisp.journal.count()
    await onIdentify(IDENTIFY, settings)
    expect(shared.crisp.journal.count()).toBe(before)
    await onIdentify(IDENTIFY, { ...shared.settings, skipRepeats: '' })
    expect(shared.crisp.journal.count()).toBeGreaterThan(before)
  })

  it('clear a trait that is null when clearNullTraits is on', async () => {
    const { onIdentify } = load()
    await onIdentify(IDENTIFY, shared.settings)
    const event = toEvent({ ...IDENTIFY, traits: { email: 'ada@example.com', plan: null } })
    await onIdentify(event, shared.settings)
    expect(shared.crisp.people.get('ada@example.com')?.data.plan).toBe('team')
    await onIdentify(event, { ...shared.settings, clearNullTraits: true })
    expect(shared.crisp.people.get('ada@example.com')?.data.plan).toBe('')
  })

  it('say what happens to unknown people, in each action by itself', async () => {
    const { onIdentify, onTrack } = load()
    const settings = { ...shared.settings, identifyUnknownPerson: 'drop', trackUnknownPerson: 'create' }
    expect(await readEnding(onIdentify(IDENTIFY, settings))).toMatch(/^ValidationError: No Crisp person matches/)
    expect(shared.crisp.people.all()).toEqual([])
    await onTrack(TRACK, settings)
    expect(shared.crisp.people.get('ada@example.com')?.events).toHaveLength(1)
    const other = toEvent({ ...TRACK, userId: 'u2', context: { traits: { email: 'bob@example.com' } } })
    const ending = await readEnding(onTrack(other, { ...settings, trackUnknownPerson: 'retry' }))
    expect(ending).toMatch(/^RetryError: /)
  })

  it('win over the mapping, and leave it as it is when they are empty', async () => {
    const [identify] = presetSubscriptions()
    const subscriptions = [{ ...identify, mapping: { ...identify.mapping, unknownPerson: 'drop' } }]
    const { onIdentify } = loadFunction(shared.crisp, { subscriptions })
    for (const identifyUnknownPerson of [undefined, null, '']) {
      const ending = await readEnding(onIdentify(IDENTIFY, { ...shared.settings, identifyUnknownPerson }))
      expect(ending).toMatch(/^ValidationError: No Crisp person matches/)
    }
    await onIdentify(IDENTIFY, { ...shared.settings, identifyUnknownPerson: 'create' })
    expect(shared.crisp.people.all()).toHaveLength(1)
  })
})

/** What Crisp, or something before it, may do to a request, and the error class that Segment is told. */
const FAULTS: [string, FaultEffect, string][] = [
  ['400', toAnswer(400), 'ValidationError'],
  ['401', toAnswer(401), 'ValidationError'],
  ['402', toAnswer(402), 'ValidationError'],
  ['403', toAnswer(403), 'ValidationError'],
  ['404 of a plugin that is not installed', toAnswer(404, 'not_subscribed'), 'ValidationError'],
  ['404 of a route', toAnswer(404, 'route_not_found'), 'ValidationError'],
  ['408', toAnswer(408), 'RetryError'],
  ['409', toAnswer(409), 'ValidationError'],
  ['410', toAnswer(410), 'ValidationError'],
  ['420', toAnswer(420), 'RetryError'],
  ['422', toAnswer(422), 'RetryError'],
  ['423', toAnswer(423), 'RetryError'],
  ['429', toAnswer(429), 'RetryError'],
  ['500', toAnswer(500), 'RetryError'],
  ['501', toAnswer(501), 'RetryError'],
  ['503', toAnswer(503), 'RetryError'],
  ['a page of a firewall', { type: 'html', status: 403 }, 'RetryError'],
  ['a page with status 200', { type: 'html', status: 200 }, 'RetryError'],
  ['a redirect', { type: 'redirect', location: 'https://example.com/' }, 'RetryError'],
  ['an empty answer', { type: 'empty' }, 'RetryError'],
  ['JSON that is cut', { type: 'truncated', clean: true }, 'RetryError'],
  ['a connection that is lost', { type: 'reset' }, 'RetryError']
]

function toAnswer(status: number, reason = 'some_reason'): FaultEffect {
  return { type: 'answer', status, reason, message: 'ada@example.com is wrong' }
}

describe('a request that fails', () => {
  it.each(FAULTS)('with %s ends as in the destination', async (_what, effect, errorClass) => {
    const { crisp, settings } = shared
    crisp.people.add({ email: 'ada@example.com' })
    crisp.faults.add({ effect })
    const runtime = new Runtime({ settings: { apiKey: crisp.apiKey, websiteId: crisp.websiteId }, port: crisp.port })
    for (const event of [IDENTIFY, TRACK]) {
      const ending = await readEnding(load().onEvent(event, settings))
      const verdicts = (await runtime.deliver(event)).map(({ verdict }) => verdict)
      const verdict = verdicts.find(({ outcome }) => outcome !== 'not subscribed')
      expect(verdict).toMatchObject({ outcome: 'failed', retry: errorClass === 'RetryError' })
      // The two request clients name a lost connection differently.
      if (effect.type === 'reset') expect(ending).toMatch(`${errorClass}: `)
      else expect(ending).toBe(`${errorClass}: ${verdict && 'reason' in verdict && verdict.reason}`)
      const [result] = await load().onBatch([event], settings)
      expect(result.status).toBe(errorClass === 'RetryError' ? 500 : 400)
      for (const secret of ['ada@example.com', 'u1', ...crisp.apiKey.split(':')]) {
        expect([ending, result.errormessage].join(' ')).not.toContain(secret)
      }
    }
    runtime.close()
  })
})
