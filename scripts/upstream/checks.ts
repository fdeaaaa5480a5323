import type { exportedFiles } from '../export/files'
import { METADATA_FILE, metadataText } from '../metadata/text'
import type { Described } from '../metadata/text'
import { failOn } from '../steps'
import { generatedTypes } from '../types/texts'
import type { Compile } from '../types/texts'
import { definitionProblems, layoutProblems } from './definition'
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

  lint: (workspace) => {
    workspace.runPackage('eslint', '--max-warnings', '0', '--ext', '.ts', 'src')
    return `no error and no warning, ESLint ${workspace.versionOf('eslint')} with upstream's rules`
  },

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
