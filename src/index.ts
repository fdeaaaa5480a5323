import { defaultValues } from '@segment/actions-core'
import type { DestinationDefinition } from '@segment/actions-core'
import { REQUEST_TIMEOUT } from './crisp/client'
import { authHeaders, TOKEN_TYPES } from './crisp/credentials'
import type { Settings } from './generated-types'
import identifyUser from './identifyUser'
import { onDelete } from './onDelete'
import { testAuthentication } from './testAuthentication'
import trackEvent from './trackEvent'

const destination: DestinationDefinition<Settings> = {
  name: 'Crisp',
  slug: 'actions-crisp',
  mode: 'cloud',
  description:
    'Show support agents who is writing and what they did: send people, their custom data and their events to Crisp.',
  authentication: {
    scheme: 'custom',
    fields: {
      apiKey: {
        label: 'API Key',
        description:
          'The token identifier and the token key, joined by a colon: identifier:key. For a website token, generate both in Crisp under Settings > Workspace Settings > Advanced configuration > API Token. For a plugin token, copy both from your plugin in the Crisp Marketplace.',
        type: 'password',
        required: true
      },
      websiteId: {
        label: 'Website ID',
        description:
          'The ID of your workspace in Crisp, for example 8c842203-7ed8-4e29-a608-7cf78a7d2fcc. Find it under Settings > Workspace Settings > Setup & Integrations.',
        type: 'string',
        required: true
      },
      tokenType: {
        label: 'Token Type',
        description:
          'The kind of token that the API Key holds. A website token may send 10,000 requests a day, a plugin token 5,000 unless Crisp granted more. Plugin token when not set.',
        type: 'string',
        choices: [
          { label: TOKEN_TYPES.plugin, value: 'plugin' },
          { label: TOKEN_TYPES.website, value: 'website' }
        ],
        default: 'plugin'
      }
    },
    testAuthentication
  },
  extendRequest: ({ settings }) => ({
    headers: authHeaders(settings),
    timeout: REQUEST_TIMEOUT,
    skipResponseCloning: true
  }),
  onDelete,
  actions: {
    identifyUser,
    trackEvent
  },
  presets: [
    {
      name: 'Identify User',
      subscribe: 'type = "identify"',
      partnerAction: 'identifyUser',
      mapping: defaultValues(identifyUser.fields),
      type: 'automatic'
    },
    {
      name: 'Track Event',
      subscribe: 'type = "track"',
      partnerAction: 'trackEvent',
      mapping: defaultValues(trackEvent.fields),
      type: 'automatic'
    },
    {
      name: 'Audience Membership Changed',
      partnerAction: 'identifyUser',
      mapping: defaultValues(identifyUser.fields),
      type: 'specificEvent',
      eventSlug: 'warehouse_audience_membership_changed_identify'
    }
  ]
}

export default destination
