import countBy from 'lodash/countBy'
import destination from '../../src'
import { exportFiles } from '../export/files'
import { writeExport } from '../export/folder'
import { generateFiles } from '../generate/files'
import type { Compile } from '../generate/files'
import { failOn, ROOT, runSteps } from '../steps'
import { findSecrets } from './secrets'
import { serve } from './serve'
import { summarize } from './summary'
import { Workspace } from './workspace'

/** What only upstream can tell. */
const NOT_CHECKED = `Not checked: the HTTP layer and the page of upstream's server; the registration, which Segment does; actions-core from
its sources, newer than the published one; gitleaks' other rules; its scans for vulnerable packages; Segment's staging.`

/** The tools whose versions upstream decides. */
const TOOLS = ['typescript', 'json-schema-to-typescript', 'eslint', 'prettier', 'jest']

const files = exportFiles(ROOT)
const workspace = new Workspace()

/** Exports the destination into a temporary copy of upstream's package and does what upstream's CI and reviewers do. */
void runSteps({
  install: () => {
    workspace.install()
    writeExport(workspace.destination, files)
    const readPackage = (name: string) => workspace.readJson(`node_modules/${name}/package.json`) as { version: string }
    const versions = TOOLS.map((name) => `${name} ${readPackage(name).version}`)
    return `${files.size} files of the destination; Node ${process.versions.node}, ${versions.join(', ')}`
  },

  compile: () => {
    workspace.run('tsc', ['-p', 'tsconfig.build.json'], 'typescript')
    workspace.run('tsc', ['-p', 'tsconfig.json', '--noEmit'], 'typescript')
    return "source and tests, with upstream's options"
  },

  generated: async () => {
    const { compile } = workspace.load('json-schema-to-typescript') as { compile: Compile }
    const stale = [...(await generateFiles(destination, compile))].filter(([path, text]) => files.get(path) !== text)
    failOn(stale.map(([path]) => `src/${path} is stale. Run: npm run generate`))
    return 'types and metadata are current'
  },

  lint: async () => {
    const results = await workspace.lint('src')
    const messages = results.flatMap(({ filePath, messages }) => messages.map((message) => ({ ...message, filePath })))
    const problems = messages.filter(({ severity, filePath }) => severity > 1 || !filePath.includes('__tests__'))
    failOn(problems.map(({ filePath, line, message, ruleId }) => `${filePath}:${line} ${message} (${ruleId})`))
    const counts = Object.entries(countBy(messages, 'ruleId')).map(([rule, count]) => `${count} ${rule}`)
    return `no error, warnings in tests: ${counts.join(', ') || 'none'}`
  },

  secrets: () => {
    const places = [...files].flatMap(([path, text]) => findSecrets(text).map((line) => `${path}:${line}`))
    failOn(places.map((place) => `${place} looks like a secret.`))
    return "nothing that gitleaks' generic rule takes for a secret"
  },

  serve: () => serve(workspace),

  format: () => {
    workspace.run('prettier', ['--check', 'src/**/*.ts'])
    return 'nothing to format'
  },

  tests: () => {
    workspace.run('jest', ['--ci', '--coverage', '--json', '--outputFile=results.json'])
    const { summary, problems } = summarize(
      workspace.readJson('results.json'),
      workspace.readJson('coverage/coverage-summary.json'),
      Object.keys(destination.actions)
    )
    failOn(problems)
    return summary
  }
}).then(() => console.log(NOT_CHECKED))
