import { useState } from 'preact/hooks'
import { visible } from '../text'
import { CopyButton } from './copy-button'

const MAX_SHOWN = 6000
const TOKEN = /("(?:[^"\\]|\\.)*"(?=\s*:))|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g
const KINDS = ['key', 'string', 'number', 'word']

/** JSON to read: colored, nothing hidden, cut when it is very long. */
export function Json({ value, label, canCopy }: { value: unknown; label: string; canCopy?: boolean }) {
  const [isWhole, showWhole] = useState(false)
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2) ?? ''
  const isCut = !isWhole && text.length > MAX_SHOWN
  return (
    <div class="json">
      {/* A region that scrolls must be reachable by keyboard. */}
      <pre tabIndex={0} role="group" aria-label={label}>
        {text.length > MAX_SHOWN ? visible(isCut ? text.slice(0, MAX_SHOWN) : text) : toColored(visible(text))}
        {isCut && '…'}
      </pre>
      {text.length > MAX_SHOWN && (
        <button type="button" class="button quiet small" onClick={() => showWhole(!isWhole)}>
          {isWhole ? 'Show less' : `Show all ${text.length.toLocaleString('en')} characters`}
        </button>
      )}
      {canCopy && <CopyButton label="Copy" of={label} quiet text={() => text} />}
    </div>
  )
}

function toColored(text: string) {
  const pieces = []
  let last = 0
  for (const found of text.matchAll(TOKEN)) {
    const kind = KINDS[found.slice(1).findIndex((group) => group !== undefined)]
    pieces.push(text.slice(last, found.index), <span class={`json-${kind}`}>{found[0]}</span>)
    last = found.index + found[0].length
  }
  return [...pieces, text.slice(last)]
}
