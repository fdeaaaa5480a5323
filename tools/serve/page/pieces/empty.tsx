import type { ComponentChildren } from 'preact'

/** What stands where nothing is yet: what this place is for and what to do. */
export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      <p>{children}</p>
    </div>
  )
}
