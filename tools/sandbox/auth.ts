import type { Choices } from './choices'
import type { Answer, Tier, TokenSeed } from './types'
import type { Website } from './website'

const THIS_MACHINE = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i
const CRISP = /^api\.crisp\.chat(:\d+)?$/i

/** What a route asks of a token. */
export interface Access {
  /** The plugin scope, without the right: `website:people:profiles`. */
  scope?: string
  right?: 'read' | 'write'
  tiers?: readonly Tier[]
}

/** The headers that the rules look at. */
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

  /**
   * The website that a request may work on, or the answer that turns it away.
   * @param website - the one that the path names, if there is such; where it names none, any token is fine for it
   */
  admit(headers: AuthHeaders, access: Access, website: Website | undefined, isNamed: boolean): Website | Answer {
    const token = this.tokens.get(toBasic(headers.authorization))
    if (!token) return toInvalidSession()
    const held = token.tiers ?? ['plugin', 'website']
    const tier = this.getTier(headers['x-crisp-tier'], held)
    if (!tier || !held.includes(tier)) return toInvalidSession()
    if (access.tiers && !access.tiers.includes(tier)) {
      return { status: Number(this.choices.restrictedTier), reason: 'restricted_route_tier' }
    }
    if (!website || (isNamed && token.websites && !token.websites.includes(website.id))) return this.refuseWebsite(tier)
    if (tier === 'plugin' && !isInScope(token, access)) return { status: 403, reason: 'not_allowed' }
    return website
  }

  private getTier(header: string | string[] | undefined, held: readonly Tier[]): Tier | undefined {
    if (header !== undefined) return String(header) as Tier
    return this.choices.missingTier === 'user' ? 'user' : held[0]
  }

  private refuseWebsite(tier: Tier): Answer {
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

function toInvalidSession(): Answer {
  return { status: 401, reason: 'invalid_session' }
}

/** `basic  abc==` and `Basic abc==` are one: the scheme's name has no case. */
function toBasic(authorization = ''): string {
  const [scheme, credentials, ...more] = authorization.trim().split(/\s+/)
  return more.length === 0 && scheme?.toLowerCase() === 'basic' ? `Basic ${credentials}` : ''
}

function isInScope(token: TokenSeed, { scope, right }: Access): boolean {
  if (!token.scopes || !scope) return true
  return token.scopes.includes(scope) || token.scopes.includes(`${scope}:${right}`)
}

/** True for a Host, or an origin without its scheme, of this machine. */
export function isThisMachine(host: string | undefined): boolean {
  return THIS_MACHINE.test(host ?? '')
}

/**
 * True for a Host that clients of the sandbox send: this machine's, or Crisp's where the connection was led here. Any
 * other may be the page of another site whose name was led here (DNS rebinding), and the key is public.
 */
export function isKnownHost(host: string | undefined): boolean {
  return isThisMachine(host) || CRISP.test(host ?? '')
}
