import type { ComponentChildren } from 'preact'

interface Props {
  on: boolean
  onChange: (on: boolean) => void
  children: ComponentChildren
  describedBy?: string
}

/** A check box that looks like a switch. */
export function Switch({ on, onChange, children, describedBy }: Props) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={on}
        aria-describedby={describedBy}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span class="switch-track" aria-hidden="true" />
      <span>{children}</span>
    </label>
  )
}
