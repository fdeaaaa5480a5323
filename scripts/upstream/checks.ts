import type { exportedFiles } from '../export/files'
import { METADATA_FILE, metadataText } from '../metadata/text'
import type { Described } from '../metadata/text'
import { failOn } from '../steps'
import { generatedTypes } from '../types/texts'
import type { Compile } from '../types/texts'
import countBy from 'lodash/countBy'
import { definitionProblems, layoutProblems } from './definition'
import { findSecrets } from './secrets'
import { serve } from './serve'
import { summaryOf } from './tests'
import type { Workspace } from './workspace'

/** What upstream's CI and reviewers look at. Returns a summary; throws a Failure. */
export type Check = (workspace: Workspace, files: ReturnType<typeof exportedFiles>) => string | Promise<string>

/** Every check by its name, in the order in which they run. */
export const checks: Record<string, Check> = {
  compile: (workspace) => {
    workspace.runPackage('tsc', '-p', 'tsconfig.build.json')
    workspace.runPackage('tsc', '-p', 'tsconfig.json', '--noEmit')
    return `source and tests, TypeScript ${workspace.versionOf('typescript')} with upstream's options`
  },

  definition: (workspace, files) => {
    const destination = workspace.loadDestination() as Described
    failOn([...definitionProblems(destination), ...layoutProblems(destination, files)])
    return 'valid, and every file in its place'
  },

  'generated types': async (workspace, files) => {
    const { compile } = workspace.load('json-schema-to-typescript') as { compile: Compile }
    const types = await generatedTypes(workspace.loadDestination() as Described, compile)
    failOn([...types].filter(([path, text]) => files.get(inFolder(path)) !== text).map(([path]) => `${path} is stale.`))
    return `current by json-schema-to-typescript ${workspace.versionOf('json-schema-to-typescript')}`
  },

  metadata: (workspace, files) => {
    const text = metadataText(workspace.loadDestination() as Described)
    failOn(files.get(inFolder(METADATA_FILE)) === text ? [] : [`${METADATA_FILE} is stale. Run: npm run metadata`])
    return 'current'
  },

  lint: async (workspace) => {
    const messages = (await workspace.lint('src')).flatMap(({ filePath, messages }) =>
      messages.map((message) => ({ ...message, isTest: filePath.includes('__tests__'), filePath }))
    )
    const isHarmless = ({ severity, isTest }: (typeof messages)[number]) => severity === 1 && isTest
    failOn(
      messages
        .filter((message) => !isHarmless(message))
        .map(({ filePath, line, message, ruleId }) => `${filePath}:${line} ${message} (${ruleId})`)
    )
    const counts = Object.entries(countBy(messages, 'ruleId')).map(([rule, count]) => `${count} ${rule}`)
    return `no error, in tests ${counts.join(', ') || 'no'} warnings, ESLint ${workspace.versionOf('eslint')}`
  },

  secrets: (_workspace, files) => {
    failOn(
      [...files].flatMap(([path, text]) => findSecrets(text).map((line) => `${path}:${line} looks like a secret.`))
    )
    return "nothing that gitleaks' generic rule takes for a secret"
  },

  serve,

  format: (workspace) => {
    workspace.runPackage('prettier', '--check', 'src/**/*.ts')
    return `Prettier ${workspace.versionOf('prettier')}`
  },

  tests: (workspace) => {
    workspace.runPackage('jest', '--ci', '--coverage', '--json', '--outputFile=results.json')
    const { summary, problems } = summaryOf(
      workspace.json('results.json'),
      workspace.json('coverage/coverage-summary.json'),
      Object.keys((workspace.loadDestination() as Described).actions)
    )
    failOn(problems)
    return `${summary}, jest ${workspace.versionOf('jest')}`
  }
}

/** Paths of the package, `src/…`, as the exported files have them. */
function inFolder(path: string): string {
  return path.replace(/^src\//, '')
}
