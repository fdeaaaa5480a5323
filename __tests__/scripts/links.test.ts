import { getLinks } from '../../scripts/links'

it('The links of a page are files from the root, without headings, the web, and the page itself.', () => {
  const text = `[a](other.md#part) ![b](screenshots/b.png) [c](../README.md) [d](#here) [e](https://example.com/x.md)`
  expect(getLinks('docs/page.md', text)).toEqual([
    { page: 'docs/page.md', target: 'docs/other.md' },
    { page: 'docs/page.md', target: 'docs/screenshots/b.png' },
    { page: 'docs/page.md', target: 'README.md' }
  ])
})
