import { isBuiltin } from 'module'
import { posix } from 'path'
import { specifiersOf } from '../export/specifiers'

/** What upstream's destinations may import: the dependencies of its package; nothing is added for a destination. */
const PACKAGES = new Set([
  '@segment/actions-core',
  '@segment/actions-shared',
  'ajv-formats',
  'cheerio',
  'dayjs',
  'escape-goat',
  'google-libphonenumber',
  'liquidjs',
  'lodash',
  'lru-cache'
])

const PACKAGES_FOR_TESTS = new Set([...PACKAGES, 'nock'])

/**
 * The imports that upstream would not take: packages that it does not have, the whole of lodash, and files outside of
 * the destination.
 * @param files - the exported files, texts by path
 * @returns a sentence each
 */
export function importProblems(files: ReadonlyMap<string, string>): string[] {
  const problems: string[] = []
  for (const [file, text] of files) {
    if (!file.endsWith('.ts')) continue
    for (const { text: specifier } of specifiersOf(text)) {
      const problem = specifier.startsWith('.')
        ? fileProblem(posix.join(posix.dirname(file), specifier), files)
        : packageProblem(specifier, file.includes('__tests__/') ? PACKAGES_FOR_TESTS : PACKAGES)
      if (problem) problems.push(`${file} imports ${specifier}: ${problem}`)
    }
  }
  return problems
}

function fileProblem(path: string, files: ReadonlyMap<string, string>): string | undefined {
  const exists = [path, `${path}.ts`, posix.join(path, 'index.ts')].some((candidate) => files.has(candidate))
  return exists ? undefined : 'no file of the destination.'
}

function packageProblem(specifier: string, packages: ReadonlySet<string>): string | undefined {
  if (isBuiltin(specifier)) return undefined
  if (specifier === 'lodash') return 'take single functions, such as lodash/get.'
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  return packages.has(name) ? undefined : 'not among the packages of upstream.'
}
