import { useState } from 'preact/hooks'
import { visible } from '../text'

const mostShown = 6000
const token = /("(?:[^"\\]|\\.)*"(?=\s*:))|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g
const kinds = ['key', 'string', 'number', 'word']

/** JSON to read: coloured, nothing hidden, cut when it is very long. */
export function Json({ value, label }: { value: unknown; label: string }) {
  const [isWhole, showWhole] = useState(false)
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2) ?? ''
  const isCut = !isWhole && text.length > mostShown
  return (
    <div class="json">
      {/* A region that scrolls must be reachable by keyboard. */}
      <pre tabIndex={0} role="group" aria-label={label}>
        {text.length > mostShown ? visible(isCut ? text.slice(0, mostShown) : text) : coloured(visible(text))}
        {isCut && '…'}
      </pre>
      {text.length > mostShown && (
        <button type="button" class="button quiet small" onClick={() => showWhole(!isWhole)}>
          {isWhole ? 'Show less' : `Show all ${text.length.toLocaleString('en')} characters`}
        </button>
      )}
    </div>
  )
}

function coloured(text: string) {
  const pieces = []
  let last = 0
  for (const found of text.matchAll(token)) {
    const kind = kinds[found.slice(1).findIndex((group) => group !== undefined)]
    pieces.push(text.slice(last, found.index), <span class={`json-${kind}`}>{found[0]}</span>)
    last = found.index + found[0].length
  }
  return [...pieces, text.slice(last)]
}
