import { getExchanges, inBothModes } from './modes'
import { countRequests, getEmails, getEndings, getPerson, getPreset, identify, setUp } from './support'
import type { EventParts } from './support'

const SUBSCRIPTIONS = [getPreset('identify')]
const ADA = { email: 'ada@example.com', people_id: 'p-ada', nickname: 'Ada', data: { user_id: 'u1' } }

/** What Engage sends for one email of a profile. */
function compute(email: string | undefined, traits: EventParts['traits'], computationClass = 'audience') {
  const [key] = Object.keys(traits ?? {})
  const personas = { computation_class: computationClass, computation_key: key }
  return identify({ userId: 'u1', traits: { ...(email && { email }), ...traits }, context: { personas } })
}

inBothModes((send) => {
  describe.each([
    ['an audience', 'audience', { big_spender: true }],
    ['a computed trait', 'trait', { lifetime_value: 1204.5 }],
    ['a journey step', 'journey_step', { welcome_step_2: true }]
  ])('%s', (_what, computationClass, traits) => {
    it('is written to the profile with its email, together with the user ID', async () => {
      const people = [ADA, { email: 'home@example.com', people_id: 'p-home' }]
      const world = await setUp({ people }, SUBSCRIPTIONS)
      const verdicts = await send(world, [compute('home@example.com', traits, computationClass)])
      expect(getEndings(verdicts)).toEqual(['delivered'])
      expect(getExchanges(world)).toEqual([['PATCH data/home@example.com', { data: { ...traits, user_id: 'u1' } }]])
      expect(getPerson(world, 'home@example.com').data).toEqual({ ...traits, user_id: 'u1' })
      expect(getPerson(world, 'ada@example.com').data).toEqual({ user_id: 'u1' })
    })

    it('leaves the email of the verified user ID alone when Crisp does not know its own email', async () => {
      const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
      const verdicts = await send(world, [compute('home@example.com', traits, computationClass)])
      expect(getEndings(verdicts)).toEqual(['delivered'])
      const data = { data: { ...traits, user_id: 'u1' } }
      expect(getExchanges(world)).toEqual([
        ['PATCH data/home@example.com', data],
        ['GET profiles/1'],
        ['GET data/p-ada'],
        ['PATCH data/p-ada', data]
      ])
      expect(getEmails(world)).toEqual(['ada@example.com'])
      expect(getPerson(world, 'ada@example.com').data).toEqual({ ...traits, user_id: 'u1' })
    })

    it('creates the person when Crisp knows neither the email nor the user ID', async () => {
      const world = await setUp({}, SUBSCRIPTIONS)
      const verdicts = await send(world, [compute('home@example.com', traits, computationClass)])
      expect(getEndings(verdicts)).toEqual(['delivered'])
      expect(getPerson(world, 'home@example.com').data).toEqual({ ...traits, user_id: 'u1' })
    })
  })

  it('keeps one profile under one email when Engage sends an event for each email of a person', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    const events = ['home@example.com', 'ada@example.com', 'old@example.com', 'home@example.com'].map((email) =>
      compute(email, { big_spender: true })
    )
    expect(getEndings(await send(world, events))).toEqual(events.map(() => 'delivered'))
    expect(getEmails(world)).toEqual(['ada@example.com'])
  })

  it('moves the email by a plain identify call, also next to an audience for the same email', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    const plain = identify({ userId: 'u1', traits: { email: 'home@example.com', plan: 'team' } })
    const events = [
      compute('home@example.com', { big_spender: true }),
      plain,
      compute('home@example.com', { vip: true })
    ]
    expect(getEndings(await send(world, events))).toEqual(events.map(() => 'delivered'))
    expect(getEmails(world)).toEqual(['home@example.com'])
    expect(getPerson(world, 'home@example.com').data).toEqual({
      big_spender: true,
      plan: 'team',
      vip: true,
      user_id: 'u1'
    })
  })

  it('lets a deletion of the user ID find each profile that an audience gave it to', async () => {
    const people = [ADA, { email: 'home@example.com', people_id: 'p-home' }]
    const world = await setUp({ people }, SUBSCRIPTIONS)
    await send(world, [compute('home@example.com', { big_spender: true })])
    await world.segment.delete({ userId: 'u1' })
    expect(getEmails(world)).toEqual([])
  })

  it('takes the email of an identify call from context.traits when the traits have none', async () => {
    const world = await setUp({}, SUBSCRIPTIONS)
    const context = { traits: { email: 'Web@example.com' } }
    const events = [
      identify({ userId: 'u1', traits: { plan: 'team' }, context }),
      identify({
        userId: 'u2',
        traits: { email: '', plan: 'free' },
        context: { traits: { email: 'blank@example.com' } }
      }),
      identify({
        userId: 'u3',
        traits: { email: 'own@example.com' },
        context: { traits: { email: 'not@example.com' } }
      })
    ]
    expect(getEndings(await send(world, events))).toEqual(events.map(() => 'delivered'))
    expect(getEmails(world).sort()).toEqual(['blank@example.com', 'own@example.com', 'web@example.com'])
    expect(getPerson(world, 'web@example.com').data).toEqual({ plan: 'team', user_id: 'u1' })
  })

  it('costs one request for an audience flag of a known email', async () => {
    const world = await setUp({ people: [ADA] }, SUBSCRIPTIONS)
    const spent = await countRequests(world, () => send(world, [compute('ada@example.com', { big_spender: false })]))
    expect(spent).toBe(1)
  })
})
