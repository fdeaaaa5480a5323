import { open, rename, rm } from 'fs/promises'
import { dirname } from 'path'
import { systemClock } from './clock'
import type { Clock } from './clock'

/** What Windows answers while a virus scanner or an editor has the file open. */
const BUSY = ['EPERM', 'EACCES', 'EBUSY']
const PATIENCE = 2_000
const PAUSE = 50

/**
 * Gives a file a new content such that after a crash or a power loss it has the old one or the new one, never half of
 * one: written beside it, synced, renamed.
 */
export async function replaceFile(path: string, text: string, clock: Clock = systemClock): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`
  try {
    await write(beside, text)
    await renamePatiently(beside, path, clock)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Renames, and waits a while for a program that has the file open. */
async function renamePatiently(from: string, to: string, clock: Clock): Promise<void> {
  const end = clock.now() + PATIENCE
  for (;;) {
    try {
      return await rename(from, to)
    } catch (error) {
      if (!BUSY.includes((error as NodeJS.ErrnoException).code ?? '') || clock.now() > end) throw error
      await clock.sleep(PAUSE)
    }
  }
}

/** Makes the rename itself last. Windows does not let a folder be opened; there the file system takes care of it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}
