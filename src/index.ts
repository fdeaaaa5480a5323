import { defaultValues } from '@segment/actions-core'
import type { DestinationDefinition } from '@segment/actions-core'
import { extendRequest } from './api/client'
import { TOKEN_TYPES } from './api/credentials'
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
    'Send people, their custom data and their events to Crisp, where support agents see them next to the chat.',
  authentication: {
    scheme: 'custom',
    fields: {
      apiKey: {
        label: 'API Key',
        description: 'Your token identifier and key, joined by a colon (`identifier:key`).',
        type: 'password',
        required: true
      },
      websiteId: {
        label: 'Website ID',
        description:
          'The ID of your Crisp workspace, a UUID. Find it in Crisp under Settings, Workspace Settings, Setup & Integrations.',
        type: 'string',
        required: true
      },
      tokenType: {
        label: 'Token Type',
        description: 'The type of token in API Key. Defaults to Plugin token.',
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
  extendRequest,
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
