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
    const index = getTarget(event.key, stop, items.length - 1)
    if (index === undefined || !box.current) return
    event.preventDefault()
    scrollTo(box.current, index * rowHeight, rowHeight, rows)
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

/** The row that a key leads to. */
function getTarget(key: string, at: number, last: number): number | undefined {
  const targets: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }
  const target = targets[key]
  return target === undefined ? undefined : Math.min(last, Math.max(0, target))
}

/** Scrolls no further than a row needs to be in sight. */
function scrollTo(box: HTMLElement, top: number, rowHeight: number, rows: number): void {
  if (top < box.scrollTop) box.scrollTop = top
  if (top + rowHeight > box.scrollTop + rows * rowHeight) box.scrollTop = top - (rows - 1) * rowHeight
}
