import { readFileSync } from 'fs'
import { join } from 'path'
import { transformSync } from 'esbuild'
import { globSync } from 'tinyglobby'
import { version } from '../../../package.json'
import { toScript } from '../../../tools/function/script'
import { presetSubscriptions } from '../../../tools/runtime'

const ROOT = join(__dirname, '../../..')

const SCRIPT = toScript(presetSubscriptions())
const HEADER = SCRIPT.slice(0, SCRIPT.indexOf('*/'))
const OURS = SCRIPT.slice(SCRIPT.indexOf('var crisp ='))

/** The Function's settings and their types. */
const SETTINGS = {
  apiKey: 'string',
  websiteId: 'string',
  tokenType: 'string',
  audienceAsSegment: 'boolean',
  skipRepeats: 'boolean',
  clearNullTraits: 'boolean',
  identifyUnknownPerson: 'string',
  trackUnknownPerson: 'string'
}

describe('the printed script', () => {
  it('has at most 150 kB', () => {
    expect(Buffer.byteLength(SCRIPT)).toBeLessThanOrEqual(150_000)
  })

  it('loads no module and exports none', () => {
    expect(SCRIPT).not.toMatch(/\brequire\s*\(|\bimport\s*\(|^\s*(import|export)\s|\bmodule\.exports\b/m)
  })

  it('writes no log', () => {
    expect(OURS).not.toMatch(/\bconsole\b/)
  })

  it('needs no syntax that Node.js 16 does not have', () => {
    const compile = (target: string) => transformSync(SCRIPT, { target, legalComments: 'none' }).code
    expect(compile('node16.9')).toBe(compile('esnext'))
  })

  it('begins with a header that says how to set it up', () => {
    expect(HEADER.split('\n').length).toBeLessThanOrEqual(12)
    expect(HEADER).toContain(`Crisp for Segment ${version}`)
    expect(HEADER).toContain('MIT License')
    for (const name of Object.keys(SETTINGS)) expect(HEADER).toMatch(new RegExp(`\\b${name}\\b`))
    expect(HEADER).toMatch(/apiKey \(string, required, encrypted.*websiteId \(string, required\)/)
    expect(HEADER).toMatch(/clearNullTraits \(boolean\)/)
  })

  it('has the code of the destination file by file, readable', () => {
    const files = globSync(['src/**/*.ts'], { cwd: ROOT }).filter(
      (file) =>
        // The definition is for Segment's catalog; types leave nothing behind.
        !/src\/(index|testAuthentication|batchFields)\.ts$|(^|\/)(generated-types|types|fields)\.ts$/.test(file) &&
        !/src\/(identifyUser|trackEvent)\/index\.ts$/.test(file)
    )
    expect(files.length).toBeGreaterThan(15)
    for (const file of files) expect(OURS).toContain(`// ${file}\n`)
    expect(Math.max(...OURS.split('\n').map(({ length }) => length))).toBeLessThan(300)
  })

  it.each(['onIdentify', 'onTrack', 'onPage', 'onScreen', 'onGroup', 'onAlias', 'onDelete', 'onBatch'])(
    'defines %s at the top level',
    (name) => {
      expect(SCRIPT).toMatch(new RegExp(`^async function ${name}\\((event|events), settings\\) \\{$`, 'm'))
    }
  )
})

describe('docs/function.md', () => {
  it.each(Object.entries(SETTINGS))('lists the setting %s with its type', (name, type) => {
    const page = readFileSync(join(ROOT, 'docs/function.md'), 'utf8')
    expect(page).toMatch(new RegExp(`^\\| \`${name}\` +\\|[^|]+\\| ${type} +\\|`, 'm'))
  })
})
