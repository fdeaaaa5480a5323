import http from 'http'
import type { ClientRequest } from 'http'
import https from 'https'
import type { AgentOptions } from 'https'
import net from 'net'
import type { Socket } from 'net'
import { record } from './exchanges'

const KEEP_ALIVE = { keepAlive: true, maxFreeSockets: 64 }

/** Node's agents hand every request to this method; its types do not tell. */
interface AddRequest {
  addRequest(request: ClientRequest, options: AgentOptions): void
}

/** An agent of the runtime. The request client destroys the agent after every answer; only `close` really does. */
export type RuntimeAgent = https.Agent & { close(): void }

/**
 * Takes the destination's requests for `https://api.crisp.chat` to a port of this machine, without TLS, so that the
 * unchanged destination talks to a sandbox.
 */
class LoopbackAgent extends http.Agent {
  /** What the request client checks against the URL. */
  readonly protocol = 'https:'

  constructor(private readonly port: number) {
    super(KEEP_ALIVE)
  }

  override createConnection(): Socket {
    return net.connect({ port: this.port, host: '127.0.0.1', noDelay: true })
  }

  addRequest(request: ClientRequest, options: AgentOptions): void {
    record(request)
    const base = http.Agent.prototype as unknown as AddRequest
    base.addRequest.call(this, request, options)
  }

  override destroy(): void {}

  close(): void {
    super.destroy()
  }
}

/** Takes the destination's requests to Crisp. */
class LiveAgent extends https.Agent {
  constructor() {
    super(KEEP_ALIVE)
  }

  addRequest(request: ClientRequest, options: AgentOptions): void {
    record(request)
    const base = https.Agent.prototype as unknown as AddRequest
    base.addRequest.call(this, request, options)
  }

  override destroy(): void {}

  close(): void {
    super.destroy()
  }
}

/**
 * The agent for a target.
 * @param port - a port on 127.0.0.1; undefined means live Crisp
 */
export function agentFor(port: number | undefined): RuntimeAgent {
  // The request client asks for an agent of `https`; it uses the protocol alone, which the loopback agent claims.
  return port === undefined ? new LiveAgent() : (new LoopbackAgent(port) as unknown as RuntimeAgent)
}
