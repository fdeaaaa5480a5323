import { isLive } from '../store'
import { nextTheme, theme } from '../theme'
import { Icon } from '../pieces/icon'

const icons = { system: 'system', light: 'sun', dark: 'moon' } as const

/** Name, target and theme. */
export function Header() {
  return (
    <header class="header">
      <img src="/favicon.svg" width="26" height="26" alt="" />
      <h1>
        Crisp tester <span class="header-sub">for Segment events</span>
      </h1>
      <span class={isLive.value ? 'target target-live' : 'target'}>{isLive.value ? 'Live Crisp' : 'Sandbox'}</span>
      <button type="button" class="button quiet" onClick={nextTheme}>
        <Icon name={icons[theme.value]} />
        <span class="unseen">Theme: </span>
        <span class="theme-name">{theme.value}</span>
      </button>
    </header>
  )
}
