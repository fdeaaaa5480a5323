import { AgentPart } from './parts/agent-part'
import { EventPart } from './parts/event-part'
import { HappensPart } from './parts/happens-part'
import { Header } from './parts/header'
import { Icon } from './pieces/icon'
import { announcement, connected, isLive, problem, tester } from './store'

/** The page: three parts side by side, one below the other where there is no room. */
export function App() {
  return (
    <>
      <a class="skip" href="#event">
        Skip to the event
      </a>
      <Header />
      {isLive.value && <LiveBanner />}
      {(problem.value || !connected.value) && (
        <p class="problem" role="alert">
          <Icon name="warning" />
          {problem.value || 'The connection to the tester is lost; the page connects again by itself.'}
        </p>
      )}
      <nav class="jumps" aria-label="Parts of the page">
        <a href="#event">Event</a>
        <a href="#what-happens">What happens</a>
        <a href="#agent">What the agent sees</a>
      </nav>
      <main>
        <EventPart />
        <HappensPart />
        <AgentPart />
      </main>
      <p class="unseen" role="status">
        {announcement.value}
      </p>
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
