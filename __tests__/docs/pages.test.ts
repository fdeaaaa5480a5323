import { existsSync, readdirSync } from 'fs'
import { dirname, join, relative } from 'path'
import manifest from '../../package.json'
import { getLinks } from '../../scripts/links'
import { readText, ROOT } from './read'

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs')).map((f) => `docs/${f}`)
]
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ file, text: readText(file) }))

/** The anchors of a page's headings, as GitHub writes them. */
function getAnchors(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading)
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\d\s_-]/gu, '')
      .replace(/\s/g, '-')
  )
}

describe.each(PAGES)('$file', ({ file, text }) => {
  it('links to files that exist', () => {
    expect(getLinks(file, text).filter(({ target }) => !existsSync(join(ROOT, target)))).toEqual([])
  })

  it('links to headings that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)].map(([, link, anchor]) => ({
      page: link ? relative(ROOT, join(ROOT, dirname(file), link)) : file,
      anchor
    }))
    expect(links.filter(({ page, anchor }) => !getAnchors(readText(page)).includes(anchor))).toEqual([])
  })

  it('names scripts that exist', () => {
    const scripts = [...text.matchAll(/npm (?:run ([a-z:-]+)|(start|test)\b)/g)].map(([, run, alias]) => run ?? alias)
    expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([])
  })

  it('has no emphasis within a word, as Prettier writes it where a text meets an underscore in code', () => {
    expect(text.match(/[a-z]\*[a-z]|`\*`/gi) ?? []).toEqual([])
  })
})

it('Every script of package.json runs files that exist.', () => {
  const files = Object.values(manifest.scripts).flatMap((script) =>
    [...script.matchAll(/(?:tsx|-p|--config) (\S+)/g)].map(([, file]) => file)
  )
  expect(files.length).toBeGreaterThan(5)
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})
