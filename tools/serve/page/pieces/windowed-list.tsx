import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

interface Props<T> {
  items: T[]
  /** Height of every row, in pixels. */
  rowHeight: number
  /** Most rows that are in sight at once. */
  rows: number
  label: string
  keyOf: (item: T) => number | string
  children: (item: T) => ComponentChildren
}

const spare = 6

/** A list that renders the rows in sight only, so that its length costs nothing. */
export function WindowedList<T>({ items, rowHeight, rows, label, keyOf, children }: Props<T>) {
  const [top, setTop] = useState(0)
  const first = Math.max(0, Math.floor(top / rowHeight) - spare)
  const shown = items.slice(first, first + rows + 2 * spare)
  const height = Math.min(items.length, rows) * rowHeight
  return (
    <div
      class="windowed"
      style={{ height: `${height}px` }}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
    >
      <ul aria-label={label} style={{ height: `${items.length * rowHeight}px` }}>
        {shown.map((item, index) => (
          <li
            key={keyOf(item)}
            aria-setsize={items.length}
            aria-posinset={first + index + 1}
            style={{ top: `${(first + index) * rowHeight}px`, height: `${rowHeight}px` }}
          >
            {children(item)}
          </li>
        ))}
      </ul>
    </div>
  )
}
