import type { Choices } from './choices'
import type { Answer, Tier, TokenSeed } from './types'

/** What a route asks of a token. */
export interface Access {
  /** The plugin scope, without the right: `website:people:profiles`. */
  scope?: string
  right?: 'read' | 'write'
  tiers?: readonly Tier[]
}

export interface AuthHeaders {
  authorization?: string
  'x-crisp-tier'?: string | string[]
}

/** The tokens of a sandbox and the rules by which they open a route. */
export class Tokens {
  private readonly tokens: Map<string, TokenSeed>

  constructor(tokens: TokenSeed[], private readonly choices: Choices) {
    this.tokens = new Map(tokens.map((token) => [`Basic ${Buffer.from(token.apiKey).toString('base64')}`, token]))
  }

  /** The answer that turns a request away, or undefined when it may pass. `websiteExists` tells of any such website. */
  refusal(headers: AuthHeaders, access: Access, websiteId: string, websiteExists: boolean): Answer | undefined {
    const token = this.tokens.get(normalise(headers.authorization))
    if (!token) return invalidSession()
    const held = token.tiers ?? ['plugin', 'website']
    const tier = this.claimedTier(headers['x-crisp-tier'], held)
    if (!tier || !held.includes(tier)) return invalidSession()
    if (access.tiers && !access.tiers.includes(tier)) {
      return { status: Number(this.choices.restrictedTier), reason: 'restricted_route_tier' }
    }
    if (!websiteExists || (token.websites && !token.websites.includes(websiteId))) return this.foreign(tier)
    if (tier === 'plugin' && !inScope(token, access)) return { status: 403, reason: 'not_allowed' }
    return undefined
  }

  private claimedTier(header: string | string[] | undefined, held: readonly Tier[]): Tier | undefined {
    if (header !== undefined) return String(header) as Tier
    return this.choices.missingTier === 'user' ? 'user' : held[0]
  }

  private foreign(tier: Tier): Answer {
    if (tier === 'plugin') {
      return {
        status: 404,
        reason: 'not_subscribed',
        data: { message: 'the website is not subscribed to the plugin' }
      }
    }
    return this.choices.foreignWebsite === 'notAllowed'
      ? { status: 403, reason: 'not_allowed' }
      : { status: 404, reason: 'website_not_found' }
  }
}

function invalidSession(): Answer {
  return { status: 401, reason: 'invalid_session' }
}

/** `basic  abc==` and `Basic abc==` are one: the scheme's name has no case. */
function normalise(authorization = ''): string {
  const [scheme, credentials, ...more] = authorization.trim().split(/\s+/)
  return more.length === 0 && scheme?.toLowerCase() === 'basic' ? `Basic ${credentials}` : ''
}

function inScope(token: TokenSeed, { scope, right }: Access): boolean {
  if (!token.scopes || !scope) return true
  return token.scopes.includes(scope) || token.scopes.includes(`${scope}:${right}`)
}
