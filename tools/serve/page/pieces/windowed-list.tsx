import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

interface Props<T> {
  items: T[]
  /** Height of every row, in pixels. */
  rowHeight: number
  /** Most rows that are in sight at once. */
  rows: number
  label: string
  getKey: (item: T) => number | string
  /** Draws a row. Its button takes the tab index: the list is one tab stop, and arrows go through it. */
  children: (item: T, tabIndex: 0 | -1) => ComponentChildren
}

const SPARE = 6

/** A list that renders the rows in sight only, so that its length costs nothing. */
export function WindowedList<T>({ items, rowHeight, rows, label, getKey, children }: Props<T>) {
  const [top, setTop] = useState(0)
  const [active, setActive] = useState(0)
  const isMoving = useRef(false)
  const box = useRef<HTMLDivElement>(null)
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE)
  const shown = items.slice(first, first + rows + 2 * SPARE)
  const stop = active >= first && active < first + shown.length ? active : first
  useEffect(() => {
    if (!isMoving.current) return
    isMoving.current = false
    box.current?.querySelector<HTMLElement>(`li[aria-posinset="${active + 1}"] button`)?.focus()
  })

  const move = (event: KeyboardEvent) => {
    const last = items.length - 1
    const targets: Record<string, number> = { ArrowDown: stop + 1, ArrowUp: stop - 1, Home: 0, End: last }
    const target = targets[event.key]
    if (target === undefined || !box.current) return
    event.preventDefault()
    const index = Math.min(last, Math.max(0, target))
    const at = index * rowHeight
    if (at < box.current.scrollTop) box.current.scrollTop = at
    if (at + rowHeight > box.current.scrollTop + rows * rowHeight) box.current.scrollTop = at - (rows - 1) * rowHeight
    isMoving.current = true
    setTop(box.current.scrollTop)
    setActive(index)
  }
  return (
    <div
      class="windowed"
      ref={box}
      style={{ height: `${Math.min(items.length, rows) * rowHeight}px` }}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
      onKeyDown={move}
    >
      <ul aria-label={label} style={{ height: `${items.length * rowHeight}px` }}>
        {shown.map((item, index) => (
          <li
            key={getKey(item)}
            aria-setsize={items.length}
            aria-posinset={first + index + 1}
            style={{ top: `${(first + index) * rowHeight}px`, height: `${rowHeight}px` }}
            onFocusIn={() => setActive(first + index)}
          >
            {children(item, first + index === stop ? 0 : -1)}
          </li>
        ))}
      </ul>
    </div>
  )
}
