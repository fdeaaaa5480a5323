import { createServer } from 'net'
import type { AddressInfo, Server, Socket } from 'net'
import { checkConnection } from '../../tools/check-connection'

const host = '127.0.0.1'
let server: Server
let sockets: Socket[]

/** A server that does something with each connection. */
async function listen(serve: (socket: Socket) => void): Promise<number> {
  sockets = []
  server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined))
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}

const close = () => {
  sockets.forEach((socket) => socket.destroy())
  return new Promise((resolve) => server.close(resolve))
}

it('accepts a port on which something listens', async () => {
  const port = await listen(() => undefined)
  await checkConnection({ host, port, isTls: false })
  await close()
})

it('names host and port where nothing listens', async () => {
  const port = await listen(() => undefined)
  await close()
  await expect(checkConnection({ host, port, isTls: false })).rejects.toMatchObject({
    message: `${host}:${port} cannot be reached: nothing listens there. Nothing was sent.`,
    exitStatus: 2
  })
})

it('says that a secure connection cannot be made', async () => {
  const port = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await expect(checkConnection({ host, port, isTls: true })).rejects.toThrow(
    /^127\.0\.0\.1:\d+ cannot be reached: a secure connection cannot be made \([A-Z_]+\)\. Nothing was sent\.$/
  )
  await close()
})

it('does not wait for a server that never answers', async () => {
  const port = await listen(() => undefined)
  await expect(checkConnection({ host, port, isTls: true }, 1)).rejects.toThrow(/it does not answer/)
  await close()
})
