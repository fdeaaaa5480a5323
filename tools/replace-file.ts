import { randomBytes } from 'crypto'
import { open, readdir, rename, rm } from 'fs/promises'
import { basename, dirname, join } from 'path'
import { systemClock } from './clock'
import type { Clock } from './clock'

/** What Windows answers while a virus scanner or an editor has the file open. */
const BUSY = ['EPERM', 'EACCES', 'EBUSY']
const PATIENCE = 2_000
const PAUSE = 50
/** Only the user may read what is written: it may hold people's data. */
const MODE = 0o600

/**
 * Gives a file a new content such that after a crash or a power loss it has the old one or the new one, never half of
 * one: written to a file next to it, synced, renamed. The name of that file cannot be guessed, and nothing that is
 * there already is written to, so that a link put there leads nowhere.
 */
export async function replaceFile(path: string, text: string, clock: Clock = systemClock): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await write(temporary, text)
    await renamePatiently(temporary, path, clock)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** Removes the temporary files that a crash left next to a file; only for who alone writes that file. */
export async function removeLeftovers(path: string): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)]
  const isLeftover = (file: string) =>
    file.startsWith(`${name}.`) && /^[0-9a-f]{12}\.tmp$/.test(file.slice(name.length + 1))
  const files = await readdir(folder).catch(() => [])
  await Promise.all(files.filter(isLeftover).map((file) => rm(join(folder, file), { force: true })))
}

async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', MODE)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Renames, and waits a while for a program that has the file open. */
async function renamePatiently(from: string, to: string, clock: Clock): Promise<void> {
  const end = clock.elapsed() + PATIENCE
  for (;;) {
    try {
      return await rename(from, to)
    } catch (error) {
      if (!BUSY.includes((error as NodeJS.ErrnoException).code ?? '') || clock.elapsed() > end) throw error
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
