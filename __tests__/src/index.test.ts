import { Destination } from '@segment/actions-core'
import type { ActionDefinition } from '@segment/actions-core'
import destination from '../../src'
import type { Settings } from '../../src/generated-types'
import { CRISP_API_VERSION } from '../../src/versioning-info'
import { answers, crispThat, linesOf, settings, startAfresh } from './support'

startAfresh()

const runtime = new Destination(destination)
const actions: Record<string, ActionDefinition<Settings>> = destination.actions

describe('the definition', () => {
  it('has the names that never change', () => {
    expect(destination).toMatchObject({ name: 'Crisp', slug: 'actions-crisp', mode: 'cloud' })
    expect(Object.keys(actions)).toEqual(['identifyUser', 'trackEvent'])
    expect(CRISP_API_VERSION).toBe('v1')
  })

  it('asks for three settings', () => {
    expect(destination.authentication?.fields).toMatchObject({
      apiKey: { type: 'password', required: true },
      websiteId: { type: 'string', required: true },
      tokenType: { type: 'string', choices: [{ value: 'plugin' }, { value: 'website' }] }
    })
    expect(destination.authentication?.fields.tokenType.required).toBeFalsy()
    for (const field of Object.values(destination.authentication?.fields ?? {})) expect(field.format).toBeUndefined()
  })

  const blank = (path: string, other: string) => ({
    '@if': { blank: { '@path': path }, then: { '@path': path }, else: { '@path': other } }
  })
  const trait = (name: string) => ({ '@path': `$.traits.${name}` })

  it('maps identify calls by these fields forever', () => {
    expect(typesAndDefaults('identifyUser')).toEqual({
      email: ['string', blank('$.traits.email', '$.context.traits.email')],
      userId: ['string', { '@path': '$.userId' }],
      name: ['string', trait('name')],
      firstName: ['string', blank('$.traits.firstName', '$.traits.first_name')],
      lastName: ['string', blank('$.traits.lastName', '$.traits.last_name')],
      phone: ['string', trait('phone')],
      avatar: ['string', trait('avatar')],
      description: ['string', trait('description')],
      website: ['string', trait('website')],
      jobTitle: ['string', trait('title')],
      address: ['object', { whole: trait('address') }],
      company: ['object', { whole: trait('company') }],
      customData: ['object', { '@path': '$.traits' }],
      segments: ['string', undefined],
      audienceAsSegment: ['boolean', false],
      unknownPerson: ['string', 'create'],
      clearNullTraits: ['boolean', false],
      skipRepeats: ['boolean', false],
      computationClass: ['string', { '@path': '$.context.personas.computation_class' }],
      computationKey: ['string', { '@path': '$.context.personas.computation_key' }],
      enable_batching: ['boolean', true],
      batch_size: ['number', 250]
    })
  })

  it('maps track calls by these fields forever', () => {
    expect(typesAndDefaults('trackEvent')).toEqual({
      eventName: ['string', blank('$.event', '$.name')],
      email: ['string', blank('$.context.traits.email', '$.traits.email')],
      userId: ['string', { '@path': '$.userId' }],
      properties: ['object', { '@path': '$.properties' }],
      color: ['string', undefined],
      unknownPerson: ['string', 'drop'],
      occurredAt: ['string', undefined],
      enable_batching: ['boolean', true],
      batch_size: ['number', 250]
    })
  })

  it('lets the person choose what an event of an unknown person becomes, and its color', () => {
    const choicesOf = (key: string) =>
      (actions.trackEvent.fields[key].choices as { value: string }[]).map(({ value }) => value)
    expect(choicesOf('unknownPerson')).toEqual(expect.arrayContaining(['drop', 'retry', 'create']))
    expect(choicesOf('color')).toEqual(
      expect.arrayContaining(['red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink', 'brown', 'grey', 'black'])
    )
  })

  it.each(Object.keys(actions))('offers no choice with an empty value in %s', (action) => {
    for (const { choices = [] } of Object.values(actions[action].fields)) {
      expect(choices).not.toContainEqual(expect.objectContaining({ value: '' }))
    }
  })

  const withoutUserId = { match: 'all', conditions: [{ fieldKey: 'userId', operator: 'is', value: undefined }] }

  it.each(Object.keys(actions))(
    'explains every field of %s in two sentences at most, requires only an email without a user ID and leaves formats to the code',
    (action) => {
      for (const [key, field] of Object.entries(actions[action].fields)) {
        expect(field.label).not.toBe('')
        expect(field.description).toMatch(/^\S.*[.]$/s)
        expect(field.description.split(/[.] /).length).toBeLessThanOrEqual(2)
        if (key === 'email') expect(field.required).toEqual(withoutUserId)
        else expect(field.required).toBeFalsy()
        expect(field.format).toBeUndefined()
      }
      expect(actions[action].fields.batch_size).toMatchObject({ minimum: 1, maximum: 1000 })
      expect(actions[action].fields.batch_size.unsafe_hidden).toBe(true)
      expect(actions[action].fields.enable_batching.description).toMatch(/fewer Crisp requests/)
      expect(actions[action].performBatch).toBeDefined()
    }
  )

  function typesAndDefaults(action: string) {
    return Object.fromEntries(
      Object.entries(actions[action].fields).map(([key, field]) => [key, [field.type, field.default]])
    )
  }
})

describe('the presets', () => {
  it('are two automatic ones and one for warehouse audiences', () => {
    expect(destination.presets).toMatchObject([
      { type: 'automatic', partnerAction: 'identifyUser', subscribe: 'type = "identify"' },
      { type: 'automatic', partnerAction: 'trackEvent', subscribe: 'type = "track"' },
      {
        type: 'specificEvent',
        partnerAction: 'identifyUser',
        eventSlug: 'warehouse_audience_membership_changed_identify'
      }
    ])
    expect(destination.presets).toHaveLength(3)
  })

  it('map every field that has a default', () => {
    for (const { mapping, partnerAction } of destination.presets ?? []) {
      const { fields } = actions[partnerAction]
      const withDefault = Object.keys(fields).filter((key) => fields[key].default !== undefined)
      expect(Object.keys(mapping ?? {}).sort()).toEqual(withDefault.sort())
    }
  })

  it("deliver identify and track calls through Segment's runtime, and nothing else", async () => {
    const requests = crispThat(() => answers.updated)
    const subscriptions = (destination.presets ?? []).flatMap((preset) =>
      preset.type === 'automatic' ? [{ ...preset, mapping: preset.mapping as never }] : []
    )
    const context = { traits: { email: 'john@segment.com' } }
    const runtimeSettings = { ...settings, subscriptions } as never
    await runtime.onEvent({ type: 'identify', traits: { email: 'john@segment.com', plan: 'pro' } }, runtimeSettings)
    await runtime.onEvent({ type: 'track', event: 'Signed Up', context }, runtimeSettings)
    await runtime.onEvent({ type: 'page', name: 'Home', context }, runtimeSettings)
    await runtime.onEvent({ type: 'group', groupId: 'g1', traits: { email: 'info@segment.com' } }, runtimeSettings)
    expect(linesOf(requests)).toEqual(['PATCH /people/data/john@segment.com', 'POST /people/events/john@segment.com'])
  })
})
