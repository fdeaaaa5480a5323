import { deliver, getEmails, getEnding, identify, createRuntime, setUp, countRequests, track } from './support'

describe('the deletion of a user', () => {
  it('deletes the person with the user ID, and no other person', async () => {
    const world = await setUp()
    await deliver(world, identify({ userId: 'u1', traits: { email: 'ada@example.com' } }))
    await deliver(world, identify({ userId: 'u2', traits: { email: 'bob@example.com' } }))
    await world.segment.delete({ userId: 'u1' })
    expect(getEmails(world)).toEqual(['bob@example.com'])
    expect(getEnding(await deliver(world, track({ userId: 'u1' })))).toBe('dropped 404')
  })

  it('deletes every person who carries the user ID, however many pages they fill', async () => {
    const people = Array.from({ length: 120 }, (_, n) => ({ email: `ada${n}@example.com`, data: { user_id: 'u1' } }))
    const world = await setUp({ people: [...people, { email: 'bob@example.com', data: { user_id: 'u11' } }] })
    await world.segment.delete({ userId: 'u1' })
    expect(getEmails(world)).toEqual(['bob@example.com'])
  })

  it.each([
    ['ada@example.com', 2],
    [' Ada@Example.com ', 3]
  ])('by the email %j takes %i requests', async (userId, requests) => {
    const world = await setUp({ people: [{ email: 'ada@example.com' }, { email: 'bob@example.com' }] })
    expect(await countRequests(world, () => world.segment.delete({ userId }))).toBe(requests)
    expect(getEmails(world)).toEqual(['bob@example.com'])
  })

  it('by an email also deletes the person who carries it as user ID and has another email now', async () => {
    const world = await setUp({
      people: [{ email: 'ada@example.com' }, { email: 'new@example.com', data: { user_id: 'ada@example.com' } }]
    })
    await world.segment.delete({ userId: 'ada@example.com' })
    expect(getEmails(world)).toEqual([])
  })

  it('by an email that Crisp does not know deletes the person who carries it as user ID', async () => {
    const world = await setUp({ people: [{ email: 'new@example.com', data: { user_id: 'ada@example.com' } }] })
    await world.segment.delete({ userId: 'ada@example.com' })
    expect(getEmails(world)).toEqual([])
  })

  it.each(['u1', 'ada@example.com'])('of a person who is gone already (%s) is done', async (userId) => {
    const world = await setUp()
    await world.segment.delete({ userId })
    await world.segment.delete({ userId })
    expect(world.crisp.journal.entries().every(({ method }) => method !== 'POST')).toBe(true)
  })

  it('of a person who goes between the search and the deletion is done', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }] })
    world.crisp.route({
      name: 'people.profile.remove',
      handler: async (_request, next) => {
        await next()
        return { status: 404, reason: 'people_not_found' }
      }
    })
    await world.segment.delete({ userId: 'u1' })
    expect(getEmails(world)).toEqual([])
  })

  it('without a user ID is refused', async () => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'null' } }] })
    const deletion = world.segment.delete({ userId: null, anonymousId: 'a1' })
    await expect(deletion).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      status: 400,
      message: 'The deletion has no user ID, or a placeholder. Crisp knows no anonymous IDs: send the user ID.'
    })
    expect(world.crisp.journal.count()).toBe(0)
    expect(getEmails(world)).toEqual(['ada@example.com'])
  })

  it.each([401, 403, 429, 500, 503])('that Crisp answers with %d is not done', async (status) => {
    const world = await setUp({ people: [{ email: 'ada@example.com', data: { user_id: 'u1' } }] })
    world.crisp.faults.add({ route: 'people.profile.remove', effect: { type: 'answer', status, reason: 'no' } })
    await expect(world.segment.delete({ userId: 'u1' })).rejects.toMatchObject({ status })
    await expect(createRuntime(world.crisp).delete({ userId: 'ada@example.com' })).rejects.toMatchObject({ status })
    expect(getEmails(world)).toEqual(['ada@example.com'])
  })
})
