import type { ClientRequest, RequestOptions } from 'http'
import https from 'https'
import net from 'net'
import type { Duplex } from 'stream'
import { record } from './exchanges'

declare module 'http' {
  interface Agent {
    /** Node's agents hand every request to this method; its types do not tell. */
    addRequest(request: ClientRequest, options: RequestOptions): void
  }
}

/**
 * Takes the destination's requests for `https://api.crisp.chat` there or, without TLS, to a port of this machine, so
 * that the unchanged destination talks to a sandbox. Records them for whoever listens.
 */
export class RuntimeAgent extends https.Agent {
  /** @param port - a port on 127.0.0.1; undefined means live Crisp */
  constructor(private readonly port: number | undefined) {
    super({ keepAlive: true, maxFreeSockets: 64 })
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void
  ): Duplex | null | undefined {
    if (this.port === undefined) return super.createConnection(options, callback)
    return net.connect({ port: this.port, host: '127.0.0.1', noDelay: true })
  }

  override addRequest(request: ClientRequest, options: RequestOptions): void {
    record(request)
    super.addRequest(request, options)
  }

  /** The request client destroys the agent after every answer; only `close` really does. */
  override destroy(): void {}

  /** Closes the connections. */
  close(): void {
    super.destroy()
  }
}
