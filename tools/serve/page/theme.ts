import { signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const themes: Theme[] = ['system', 'light', 'dark']
const place = 'crisp-tester-theme'

/** Light, dark, or what the system says. */
export const theme = signal<Theme>(stored())

/** Shows the chosen theme. The colors themselves are pairs in tokens.css. */
export function applyTheme(): void {
  document.documentElement.style.colorScheme = theme.value === 'system' ? 'light dark' : theme.value
}

/** Goes on to the next theme and remembers it. */
export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length]
  try {
    localStorage.setItem(place, theme.value)
  } catch {
    // Private windows may refuse; the choice then lasts as long as the page.
  }
  applyTheme()
}

function stored(): Theme {
  try {
    const found = localStorage.getItem(place)
    return themes.find((name) => name === found) ?? 'system'
  } catch {
    return 'system'
  }
}
