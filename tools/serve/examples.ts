import { defaultMapping } from '../runtime'
import type { Example } from './wire'

const john = {
  userId: 'userId123',
  traits: {
    name: 'John Doe',
    email: 'john.doe@segment.com',
    phone: '012346789',
    avatar: 'https://www.gravatar.com/avatar/8eb1b522f60d11fa897de1dc6351b7e8'
  }
}

const identify = { type: 'identify', ...john }

const track = {
  type: 'track',
  userId: 'userId123',
  event: 'Completed Purchase',
  properties: { revenue: 42.99, shippingMethod: '2-day', category: 'Conversion' }
}

const page = {
  type: 'page',
  userId: 'userId123',
  name: 'Pricing',
  properties: { title: 'Pricing', url: 'https://shop.example/pricing', path: '/pricing' }
}

const group = {
  type: 'group',
  userId: 'userId123',
  groupId: 'g_engines',
  traits: { name: 'Analytical Engines', website: 'https://engines.example', industry: 'Computing', employees: 43 },
  context: { traits: { email: 'john.doe@segment.com' } }
}

const audience = {
  type: 'identify',
  userId: 'userId123',
  traits: { email: 'john.doe@segment.com', order_completed_last_30days: true },
  context: {
    personas: {
      computation_class: 'audience',
      computation_key: 'order_completed_last_30days',
      namespace: 'spa_demo'
    }
  }
}

const stranger = {
  type: 'track',
  userId: 'u_stranger',
  event: 'Viewed Pricing',
  properties: { plan: 'team' }
}

const ada = {
  type: 'identify',
  userId: 'u_ada',
  traits: { email: 'ada@engines.example', name: 'Ada Lovelace', title: 'Head of Research', plan: 'team', seats: 12 }
}

const batch = [
  ada,
  { type: 'identify', userId: 'u_alan', traits: { email: 'alan@example.com', name: 'Alan Turing', plan: 'team' } },
  { type: 'identify', userId: 'u_typo', traits: { email: 'typo@@example.com', name: 'Typo' } },
  { type: 'track', userId: 'u_stranger', event: 'Invited Teammate', properties: { role: 'editor', seats_left: 3 } },
  { type: 'identify', userId: 'u_grace', traits: { email: 'grace@example.com', name: 'Grace Hopper', plan: 'free' } }
]

/** What the page offers to start with. */
export const EXAMPLES: Example[] = [
  {
    id: 'identify',
    name: 'Identify',
    description: "Creates a person with name, email, phone and avatar: the identify call of Segment's catalog.",
    json: identify
  },
  {
    id: 'track',
    name: 'Track',
    description: 'Adds an event to that person. Send the identify call first: Crisp must know the person.',
    json: track
  },
  {
    id: 'unknown',
    name: 'Track, unknown person',
    description: 'A track call for a person Crisp does not know. It is dropped, and the reason is shown.',
    json: stranger
  },
  {
    id: 'page',
    name: 'Page',
    description: 'No preset takes a page call. Add the subscription that is offered, and it becomes an event.',
    json: page,
    subscription: {
      id: 'example-page',
      name: 'Pages as events',
      partnerAction: 'trackEvent',
      subscribe: 'type = "page"',
      mapping: defaultMapping('trackEvent')
    }
  },
  {
    id: 'group',
    name: 'Group',
    description:
      "No preset takes a group call. Add the subscription that is offered, and it becomes the person's company.",
    json: group,
    subscription: {
      id: 'example-group',
      name: 'Groups as companies',
      partnerAction: 'identifyUser',
      subscribe: 'type = "group"',
      mapping: {
        email: { '@path': '$.context.traits.email' },
        userId: { '@path': '$.userId' },
        company: { whole: { '@path': '$.traits' } },
        enable_batching: true,
        batch_size: 250
      }
    }
  },
  {
    id: 'audience',
    name: 'Engage audience',
    description: 'A person enters an Engage audience. The flag appears in the custom data.',
    json: audience
  },
  {
    id: 'batch',
    name: 'Batch with a bad event',
    description:
      'Five events at once. Three people are created, the third event has a malformed email and fails alone, and the track call is dropped because Crisp does not know the person.',
    json: batch
  }
]
