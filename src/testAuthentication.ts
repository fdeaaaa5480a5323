import { IntegrationError, InvalidAuthenticationError, RetryableError } from '@segment/actions-core'
import type { RequestClient } from '@segment/actions-core'
import { CrispClient } from './crisp/client'
import { authHeaders, TOKEN_TYPES, tokenType } from './crisp/credentials'
import { failureFrom } from './crisp/errors'
import type { CrispFailure, SegmentError } from './crisp/failure'
import type { Answer } from './crisp/types'
import type { Settings } from './generated-types'

/**
 * Checks the settings by reading the number of people, which needs the permission that the destination needs. Only to
 * explain a failure it asks more. Each failure is one sentence that says what to do.
 *
 * @param request - Segment's request client, authenticated by `extendRequest`
 * @param bundle - the settings
 * @throws InvalidAuthenticationError for the key or its type, IntegrationError for website, plugin, permission and plan,
 *   RetryableError for the quota and while Crisp cannot be reached
 */
export async function testAuthentication(request: RequestClient, bundle: { settings: Settings }): Promise<void> {
  // A client sends nothing after a failure, so every question has its own.
  const ask = async (question: (client: CrispClient) => Promise<Answer>) => {
    try {
      await question(new CrispClient(request, bundle))
    } catch (thrown) {
      return failureFrom(thrown)
    }
  }

  // Throws for a malformed website ID before anything is sent.
  new CrispClient(request, bundle)
  const failure = await ask((client) => client.countPeople())
  if (!failure) return
  if (failure.error.status === 401) {
    const { name, settings } = otherType(bundle.settings)
    const other = await ask((client) => client.countPeople(authHeaders(settings)))
    throw refusedKey(name, other)
  }
  if (failure.error instanceof RetryableError || (failure.kind === 'stop' && failure.error.status !== 403))
    throw failure.error
  throw refusedWebsite(failure, await ask((client) => client.readWebsite()))
}

function otherType(settings: Settings) {
  const other = tokenType(settings) === 'plugin' ? 'website' : 'plugin'
  return { name: TOKEN_TYPES[other], settings: { ...settings, tokenType: other } }
}

/** The key is good when the other token type gets any answer but another 401; no answer tells nothing. */
function refusedKey(otherName: string, other?: CrispFailure): InvalidAuthenticationError {
  if (other?.error instanceof InvalidAuthenticationError) {
    return new InvalidAuthenticationError(
      'Crisp does not accept the API Key: copy the token identifier and the token key again, joined by a colon, or generate a new token.'
    )
  }
  if (other?.error instanceof RetryableError) {
    return new InvalidAuthenticationError(
      `Crisp does not accept the API Key with this Token Type, and gave no answer for the other: set Token Type to "${otherName}" if the token is one, else copy the API Key again.`
    )
  }
  return new InvalidAuthenticationError(`The API Key is right but of the other kind: set Token Type to "${otherName}".`)
}

/** The website itself tells whether the people are out of reach, or the website. */
function refusedWebsite(people: CrispFailure, website?: CrispFailure): SegmentError {
  if (website?.error instanceof RetryableError) return website.error
  if (!website) {
    return new IntegrationError(
      'The token reaches the website but not its people: give it read and write permission for people profiles, custom data and events in Crisp.',
      'NOT_ALLOWED',
      403
    )
  }
  return new IntegrationError(
    'The token does not reach this website: check that Website ID is the website that the token belongs to.',
    'NOT_ALLOWED',
    people.error.status ?? 403
  )
}
