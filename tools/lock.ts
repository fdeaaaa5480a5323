import crypto from 'crypto'
import { rm } from 'fs/promises'
import { connect, createServer } from 'net'
import type { Server } from 'net'
import { tmpdir } from 'os'
import { join } from 'path'

/** A lock that is held; it ends with the process that holds it, however that ends. */
export interface Lock {
  release(): Promise<void>
}

/**
 * Locks a name on this machine. The lock is a local socket that the process listens on: the system closes it when the
 * process dies, so that no lock outlives its holder.
 * @returns undefined when another holds it
 */
export async function lock(name: string, platform: string = process.platform): Promise<Lock | undefined> {
  const address = getAddress(name, platform)
  const server = (await listen(address)) ?? (await takeOver(address, platform))
  if (!server) return undefined
  server.unref()
  return { release: () => new Promise((resolve) => server.close(() => resolve())) }
}

function getAddress(name: string, platform: string): string {
  const id = `actions-crisp-${crypto.createHash('sha256').update(name).digest('hex').slice(0, 32)}`
  // Linux has sockets without a file; Windows has pipes, which are none either.
  if (platform === 'linux') return `\0${id}`
  return platform === 'win32' ? `\\\\.\\pipe\\${id}` : join(tmpdir(), `${id}.sock`)
}

/** Listens; undefined when the address is taken. */
function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)
    )
    server.listen(address, () => resolve(server))
  })
}

/** Takes the address of a process that died without removing its file; elsewhere the system has removed it. */
async function takeOver(address: string, platform: string): Promise<Server | undefined> {
  if (platform === 'linux' || platform === 'win32' || (await isAnswered(address))) return undefined
  await rm(address, { force: true })
  return listen(address)
}

function isAnswered(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address)
    socket.once('connect', () => (socket.destroy(), resolve(true)))
    socket.once('error', () => resolve(false))
  })
}
