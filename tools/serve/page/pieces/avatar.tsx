import { short } from '../text'

const hues = 8

/** Initials: the page loads no pictures from other hosts. */
export function Avatar({ name, seed, small }: { name: string; seed: string; small?: boolean }) {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('')
  const hue = [...seed].reduce((sum, character) => sum + character.charCodeAt(0), 0) % hues
  return (
    <span class={`avatar hue-${hue}${small ? ' avatar-small' : ''}`} aria-hidden="true">
      <bdi>{short(initials) || '?'}</bdi>
    </span>
  )
}
