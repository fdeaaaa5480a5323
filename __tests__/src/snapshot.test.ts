import { createTestIntegration } from '@segment/actions-core'
import type { JSONObject, SegmentEvent } from '@segment/actions-core'
import destination from '../../src'
import { answers, crispThat, identify, settings, startAfresh, track } from './support'
import type { Action, Request } from './support'

startAfresh()

/** Printed the same by every version of jest. */
class Requests {
  constructor(readonly list: Request[]) {}
}

const KEPT_HEADERS = ['content-type', 'user-agent', 'x-crisp-tier']

expect.addSnapshotSerializer({
  test: (value: unknown) => value instanceof Requests,
  serialize: ({ list }: Requests) =>
    list
      .map(({ method, path, headers, body }) => {
        const kept = KEPT_HEADERS.filter((name) => name in headers).map((name) => `${name}: ${headers[name]}`)
        return [`${method} ${path}`, ...kept, JSON.stringify(body, null, 2)].join('\n')
      })
      .join('\n\n')
})

const runtime = createTestIntegration(destination)

async function requestsOf(action: Action, event: SegmentEvent, mapping: JSONObject = {}): Promise<Requests> {
  const requests = crispThat(() => answers.updated)
  await runtime.testAction(action, { event, mapping, settings, useDefaultMappings: true })
  return new Requests(requests)
}

const AUDIENCE = 'order_completed_last_30days'

const john = {
  name: 'John Doe',
  email: 'john.doe@segment.com',
  phone: '012346789',
  avatar: 'https://avatars.example.com/john.png'
}

describe('identify calls by the default mapping', () => {
  it("the example of Segment's catalog page", async () => {
    expect(await requestsOf('identifyUser', identify({ userId: 'userId123', traits: john }))).toMatchSnapshot()
  })

  it('an audience that was entered, and left', async () => {
    const context = {
      personas: {
        computation_class: 'audience',
        computation_id: 'aud_123',
        computation_key: AUDIENCE,
        namespace: 'spa_123'
      }
    }
    const event = (member: boolean) =>
      identify({ userId: 'userId123', context, traits: { email: john.email, [AUDIENCE]: member } })
    expect(await requestsOf('identifyUser', event(true))).toMatchSnapshot()
    expect(await requestsOf('identifyUser', event(false))).toMatchSnapshot()
  })

  it('a computed trait', async () => {
    const traits = { email: john.email, total_revenue_180_days: 1204.5 }
    expect(await requestsOf('identifyUser', identify({ userId: 'userId123', traits }))).toMatchSnapshot()
  })

  it('a person with everything that Segment has a name for', async () => {
    const traits = {
      email: ' Jane.Roe+SaaS@Example.com ',
      firstName: 'Jane',
      lastName: 'Roe',
      title: 'VP of Derivative Products',
      description: 'Early adopter',
      website: 'https://jane.example',
      phone: '+33612345678',
      birthday: '1990-04-01',
      createdAt: '2026-01-15T08:30:00.000Z',
      address: {
        street: '12 Rue de la Paix',
        city: 'Paris',
        state: 'IDF',
        postalCode: '75002',
        country: 'FR',
        floor: 3
      },
      company: {
        name: 'Roe & Co',
        id: 'c-42',
        website: 'https://roe.example',
        industry: 'Finance',
        employee_count: 500
      },
      plan: { name: 'enterprise', seats: { used: 12, total: 50 } },
      tags: ['vip', 'beta'],
      children: [{ name: 'Ann' }, { name: 'Bob' }],
      'Preferred Language': 'fr',
      lastSeenAt: null
    }
    expect(await requestsOf('identifyUser', identify({ userId: 'usr_8d2f', traits }))).toMatchSnapshot()
  })

  it('nothing but an email', async () => {
    expect(await requestsOf('identifyUser', identify({ traits: { email: john.email } }))).toMatchSnapshot()
  })
})

describe('track calls by the default mapping', () => {
  const context = { traits: { email: john.email } }

  it("the example of Segment's catalog page", async () => {
    const properties = { revenue: 42.99, shippingMethod: '2-day', category: 'Conversion' }
    const event = track({ userId: 'userId123', context, event: 'Completed Purchase', properties })
    expect(await requestsOf('trackEvent', event)).toMatchSnapshot()
  })

  it('an order with 14 properties and a list of products', async () => {
    const properties = {
      checkout_id: 'fksdjfsdjfisjf9sdfjsd9f',
      order_id: '50314b8e9bcf000000000000',
      affiliation: 'Google Store',
      total: 27.5,
      subtotal: 22.5,
      revenue: 25,
      shipping: 3,
      tax: 2,
      discount: 2.5,
      coupon: 'hasbros',
      currency: 'USD',
      gift: false,
      customer: { tier: 'gold' },
      products: [
        {
          product_id: '507f1f77bcf86cd799439011',
          sku: '45790-32',
          name: 'Monopoly: 3rd Edition',
          price: 19,
          quantity: 1
        },
        { product_id: '505bd76785ebb509fc183733', sku: '46493-32', name: 'Uno Card Game', price: 3, quantity: 2 }
      ]
    }
    expect(await requestsOf('trackEvent', track({ context, event: 'Order Completed', properties }))).toMatchSnapshot()
  })

  it('few properties, nested, with names that Crisp does not accept', async () => {
    const properties = {
      'Plan Name': 'Größe L',
      cart: { id: 'c1', totals: { net: 10, gross: 12 } },
      products: [{ sku: '45790-32' }, { sku: '46493-32' }],
      tags: ['sale', 'summer'],
      comment: 'x'.repeat(150)
    }
    expect(await requestsOf('trackEvent', track({ context, event: 'Cart Viewed', properties }))).toMatchSnapshot()
  })

  it('a name of 100 characters with an emoji at the cut', async () => {
    const event = `${'Watched the video '.repeat(4).trim()} to end 🎉 and then some more of it`
    expect(await requestsOf('trackEvent', track({ context, event }))).toMatchSnapshot()
  })

  it('a color and the time of the event, where they are mapped', async () => {
    const event = track({ context, event: 'Subscription Cancelled', timestamp: '2026-03-01T10:00:00.000Z' })
    const mapping = { color: 'red', occurredAt: { '@path': '$.timestamp' } }
    expect(await requestsOf('trackEvent', event, mapping)).toMatchSnapshot()
  })
})

describe('other calls by a mapping of their own', () => {
  it('a page', async () => {
    const event = track({
      type: 'page',
      event: undefined,
      name: 'Pricing',
      context: { traits: { email: john.email } },
      properties: { path: '/pricing', title: 'Pricing', referrer: 'https://www.example.com' }
    })
    expect(await requestsOf('trackEvent', event)).toMatchSnapshot()
  })

  it("a group: the company of the person in the context, whose name is not the company's", async () => {
    const event = identify({
      type: 'group',
      groupId: 'c-42',
      context: { traits: { email: john.email } },
      traits: { name: 'Roe & Co', email: 'info@roe.example', industry: 'Finance', website: 'https://roe.example' }
    })
    const mapping = {
      email: { '@path': '$.context.traits.email' },
      name: '',
      phone: '',
      avatar: '',
      description: '',
      website: '',
      customData: {},
      company: { whole: { '@path': '$.traits' } }
    }
    expect(await requestsOf('identifyUser', event, mapping)).toMatchSnapshot()
  })
})
