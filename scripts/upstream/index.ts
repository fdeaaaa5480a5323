import { resolve } from 'path'
import { exportedFiles } from '../export/files'
import { writeExport } from '../export/folder'
import { checks } from './checks'
import { Failure, Workspace } from './workspace'

/** Exports the destination into a temporary copy of upstream's package and does what upstream's CI does. */
async function main(): Promise<boolean> {
  const files = exportedFiles(resolve(__dirname, '../..'))
  const workspace = new Workspace()
  process.once('exit', () => workspace.remove())
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

  const step = async (name: string, run: () => string | Promise<string>): Promise<boolean> => {
    const start = Date.now()
    const say = (mark: string, text: string) =>
      console.log(`${mark} ${name.padEnd(15)} ${text} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
    try {
      say('✓', await run())
      return true
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      say('✗', 'failed')
      console.error(thrown.message.replace(/^/gm, '    '))
      return false
    }
  }

  const ready = await step('install', () => {
    workspace.install()
    writeExport(workspace.destination, files)
    return `${files.size} files of the destination beside upstream's versions, Node ${process.versions.node}`
  })
  if (!ready) return false

  let passed = true
  for (const [name, check] of Object.entries(checks)) {
    if (!(await step(name, () => check(workspace, files)))) passed = false
  }
  return passed
}

void main().then((passed) => {
  if (!passed) process.exitCode = 1
})
