import type { PersonEventView } from '../../wire'
import { clock, short, valueText } from '../text'

/** An event in a person's stream. */
export function StreamEvent({ event: { text, color, timestamp, data, isNew } }: { event: PersonEventView }) {
  const entries = Object.entries(data)
  return (
    <li class={isNew ? 'stream-event stream-new' : 'stream-event'}>
      <span class={`dot dot-${color ?? 'grey'}`} aria-hidden="true" />
      <div>
        <p class="stream-head">
          <bdi class="stream-text">{short(text)}</bdi>
          {color && <span class="unseen"> in {color}</span>}
          {isNew && <span class="mark">new</span>}
          <time>{clock(timestamp)}</time>
        </p>
        {entries.length > 0 && (
          <dl class="stream-data">
            {entries.map(([key, value]) => (
              <div key={key}>
                <dt>
                  <bdi>{short(key)}</bdi>
                </dt>
                <dd>
                  <bdi>{valueText(value)}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </li>
  )
}
