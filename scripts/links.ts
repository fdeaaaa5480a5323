import { posix } from 'path'

/**
 * The files that a page of Markdown links to or shows.
 * @param page - the page's path from the root, with `/`
 * @param text - its Markdown
 * @returns the page and the path of each file from the root; links to the web and within the page are left out
 */
export function getLinks(page: string, text: string): { page: string; target: string }[] {
  const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
  return links.map(([, link]) => ({ page, target: posix.join(posix.dirname(page), link) }))
}
