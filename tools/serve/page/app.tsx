import { AgentPart } from './parts/agent-part'
import { EventPart } from './parts/event-part'
import { ResultPart } from './parts/result-part'
import { Icon } from './pieces/icon'
import { announcement, connected, isLive, notice, problems, tester } from './store'
import { nextTheme, theme } from './theme'

/** The page: three parts side by side, one below the other where there is no room. */
export function App() {
  return (
    <>
      <a class="skip" href="#event">
        Skip to the event
      </a>
      <Header />
      {isLive.value && <LiveBanner />}
      <Banners />
      <nav class="jumps" aria-label="Parts of the page">
        <a href="#event">Event</a>
        <a href="#result">Result</a>
        <a href="#agent">What the agent sees</a>
      </nav>
      <main>
        <EventPart />
        <ResultPart />
        <AgentPart />
      </main>
      <p class="unseen" role="status">
        {announcement.value}
      </p>
    </>
  )
}

const THEME_ICONS = { system: 'system', light: 'sun', dark: 'moon' } as const

function Header() {
  return (
    <header class="header">
      <img src="/favicon.svg" width="26" height="26" alt="" />
      <h1>Crisp tester</h1>
      <p class="header-sub">Send Segment events through the Crisp destination, and see what support agents will see.</p>
      <span class={isLive.value ? 'target target-live' : 'target'}>{isLive.value ? 'Live Crisp' : 'Sandbox'}</span>
      <button type="button" class="button quiet" onClick={nextTheme}>
        <Icon name={THEME_ICONS[theme.value]} />
        <span class="unseen">Theme: </span>
        <span class="theme-name">{theme.value}</span>
      </button>
    </header>
  )
}

/** What is wrong with the tester, and what others did. Each goes when its cause is gone. */
function Banners() {
  const lost = connected.value ? [] : ['The connection to the tester is lost; the page connects again by itself.']
  return (
    <>
      {[...lost, ...new Set(Object.values(problems.value))].map((sentence) => (
        <p key={sentence} class="problem" role="alert">
          <Icon name="warning" />
          {sentence}
        </p>
      ))}
      {notice.value && (
        <p class="notice" role="status">
          {notice.value}
          <button type="button" class="button quiet small" onClick={() => (notice.value = '')}>
            Close
          </button>
        </p>
      )}
    </>
  )
}

function LiveBanner() {
  return (
    <p class="live-banner" role="note">
      <Icon name="warning" />
      <span>
        <strong>Events go to the live Crisp</strong>, to the website {tester.value?.websiteId}. Real people and real
        support agents see them. Nothing is sent until you press the button.
      </span>
    </p>
  )
}
