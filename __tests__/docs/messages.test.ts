import { readdirSync } from 'fs'
import { join } from 'path'
import { readText, ROOT } from './read'

/** The texts of the destination's source, without the seams of texts that span lines. */
const SOURCE = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readText(join('src', file)))
  .join('\n')
  .replace(/['"`] \+\s*['"`]/g, '')

const PAGES = ['README.md', 'docs/troubleshooting.md', 'docs/segment-catalog.md']

/** The messages that a page quotes in a column of its tables. */
function getMessages(page: string): string[] {
  const tables = readText(page).split(/\n{2,}/)
  return tables.flatMap((table) => {
    const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
    const column = rows[0].indexOf('message')
    return column < 0 ? [] : rows.slice(2).flatMap((cells) => cells[column] || [])
  })
}

it.each(PAGES)('%s explains messages', (page) => {
  expect(getMessages(page).length).toBeGreaterThan(page === 'README.md' ? 4 : 5)
})

it.each(PAGES.flatMap(getMessages))('the message "%s" is one of the destination', (message) => {
  const words = message.replace(/^\d+, "|"$/g, '')
  const parts = words.split('…').map((part) => part.trim())
  expect(parts.filter((part) => !SOURCE.includes(part))).toEqual([])
})
