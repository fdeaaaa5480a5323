import { exportedFiles } from '../export/files'
import { writeExport } from '../export/folder'
import { ROOT, runSteps, step } from '../steps'
import { checks } from './checks'
import { Workspace } from './workspace'

/** What only upstream can tell. */
const NOT_CHECKED = `Not checked: the HTTP layer and the page of upstream's server; the registration in its index, which Segment does; actions-core
from its sources, newer than the published one; its scans for vulnerable packages; Segment's staging.`

/** Exports the destination into a temporary copy of upstream's package and does what upstream's CI does. */
async function main(): Promise<boolean> {
  const files = exportedFiles(ROOT)
  const workspace = new Workspace()

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
  console.log(NOT_CHECKED)
  return passed
}

void runSteps(main)
