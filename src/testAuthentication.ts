import { ErrorCodes, IntegrationError, InvalidAuthenticationError } from '@segment/actions-core'
import type { RequestClient } from '@segment/actions-core'
import { CrispClient } from './api/client'
import { getAuthHeaders, getTokenType, TOKEN_TYPES } from './api/credentials'
import { CrispError } from './api/errors'
import type { Answer } from './api/types'
import type { Settings } from './generated-types'
import { isRetryable, toSegmentError } from './outcome'

/**
 * Checks the settings by reading the number of people, which needs the permission that the destination needs. It asks
 * more only to explain a failure.
 *
 * @param request - Segment's request client, authenticated by `extendRequest`
 * @param bundle - the settings
 * @throws InvalidAuthenticationError for the key or its type, IntegrationError for website, plugin, permission and plan,
 *   RetryableError for the quota and while Crisp cannot be reached
 */
export async function testAuthentication(request: RequestClient, bundle: { settings: Settings }): Promise<void> {
  const people = await ask(request, bundle, (client) => client.countPeople())
  if (!people) return
  if (people.status === 401) {
    const { name, settings } = getOtherType(bundle.settings)
    const other = await ask(request, bundle, (client) => client.countPeople(getAuthHeaders(settings)))
    throw new InvalidAuthenticationError(toKeyMessage(name, other))
  }
  const isAboutWebsite = people.status === 403 || people.body?.reason === 'website_not_found'
  if (isRetryable(people.status) || (people.kind === 'stop' && !isAboutWebsite)) throw toSegmentError(people)
  const website = await ask(request, bundle, (client) => client.readWebsite())
  if (website && isRetryable(website.status)) throw toSegmentError(website)
  throw toWebsiteError(people.status, website)
}

/** A client sends nothing after some failures, so every question has its own. */
async function ask(
  request: RequestClient,
  bundle: { settings: Settings },
  question: (client: CrispClient) => Promise<Answer>
): Promise<CrispError | undefined> {
  const client = new CrispClient(request, bundle)
  try {
    await question(client)
    return undefined
  } catch (thrown) {
    if (thrown instanceof CrispError) return thrown
    throw thrown
  }
}

function getOtherType(settings: Settings) {
  const tokenType = getTokenType(settings) === 'plugin' ? 'website' : 'plugin'
  return { name: TOKEN_TYPES[tokenType], settings: { ...settings, tokenType } }
}

/** The key is right when the other token type gets any answer but another 401; no answer says nothing. */
function toKeyMessage(otherName: string, other?: CrispError): string {
  if (other?.status === 401) {
    return 'Crisp does not accept the API Key. Copy the token identifier and key again, joined by a colon, or generate a new token.'
  }
  if (other && isRetryable(other.status)) {
    return `Crisp does not accept the API Key with this Token Type, and gave no answer for the other type. Set Token Type to "${otherName}" if the token is one, or copy the API Key again.`
  }
  return `Token Type does not match the API Key. Set Token Type to "${otherName}".`
}

/** The website itself shows whether the people are out of reach, or the website. */
function toWebsiteError(status: number, website?: CrispError): IntegrationError {
  if (!website) {
    const message =
      'The token reaches the website but not its people. Give it read and write access to people profiles, custom data and events in Crisp.'
    return new IntegrationError(message, ErrorCodes.FORBIDDEN, 403)
  }
  const message =
    'The token does not reach this website. Check that Website ID is the website that the token belongs to.'
  return new IntegrationError(message, ErrorCodes.FORBIDDEN, status)
}
