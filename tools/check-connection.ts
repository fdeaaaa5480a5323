import net from 'net'
import tls from 'tls'
import { UserError } from './user-error'

/** Where a connection goes. */
export interface Address {
  host: string
  port: number
  isTls: boolean
}

/** How long a connection may take, in milliseconds. */
const TIMEOUT = 8_000

/** What the codes of connections say, in words; all others are about TLS. */
const CONNECTION_PROBLEMS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EAI_AGAIN: 'its name cannot be looked up',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
  ENOTFOUND: 'there is no such host',
  ETIMEDOUT: 'it does not answer'
}

/**
 * Connects once and hangs up.
 * @throws UserError that names host and port when that fails, or takes longer than 8 s
 */
export function checkConnection({ host, port, isTls }: Address, timeout = TIMEOUT): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = isTls ? tls.connect({ host, port }) : net.connect({ host, port })
    const fail = (code: string) => {
      const problem = CONNECTION_PROBLEMS[code] ?? `a secure connection cannot be made (${code})`
      socket.destroy()
      reject(new UserError(`${host}:${port} cannot be reached: ${problem}. Nothing was sent.`))
    }
    socket.setTimeout(timeout, () => fail('ETIMEDOUT'))
    socket.once('error', ({ code = 'no code' }: NodeJS.ErrnoException) => fail(code))
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      socket.destroy()
      resolve()
    })
  })
}
