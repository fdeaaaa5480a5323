import { open, rename } from 'fs/promises'
import { dirname } from 'path'

/**
 * Gives a file a new content such that after a crash or a power loss it has the old one or the new one, never half of
 * one: written beside it, synced, renamed.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.tmp`
  const file = await open(beside, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
  await syncFolder(dirname(path))
}

/** Makes the rename itself last. Windows does not let a folder be opened; there the file system takes care of it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}
