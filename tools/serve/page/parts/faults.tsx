import { setFault } from '../actions'
import { Switch } from '../pieces/switch'
import { faults } from '../store'
import { counted } from '../text'

const TIMES = [1, 2, 5]

/** What can be made to go wrong with the sandbox. */
export function FaultsView() {
  const count = faults.value.filter(({ on }) => on).length
  return (
    <details class="fold">
      <summary>
        Faults {count > 0 ? <span class="count count-warn">{count} on</span> : <span class="count">none on</span>}
      </summary>
      <p class="hint">Switch one on and send an event: see what Segment would do. Replay shows the retry.</p>
      <ul class="faults">
        {faults.value.map(({ name, label, description, on, struck, times }) => (
          <li key={name} class={on ? 'fault fault-on' : 'fault'}>
            <div class="draft-head">
              <Switch on={on} onChange={(value) => void setFault(name, value)} describedBy={`fault-${name}`}>
                {label}
              </Switch>
              <select
                aria-label={`Requests affected by ${label}`}
                value={on ? String(times ?? '') : ''}
                onChange={({ currentTarget }) => void setFault(name, true, Number(currentTarget.value) || undefined)}
              >
                <option value="">all requests</option>
                {TIMES.map((most) => (
                  <option key={most} value={String(most)}>
                    the next {counted(most, 'request')}
                  </option>
                ))}
              </select>
            </div>
            <p class="hint" id={`fault-${name}`}>
              {description}
              {(on || struck > 0) && ` Affected ${counted(struck, 'request')}${on ? '' : ', then recovered'}.`}
            </p>
          </li>
        ))}
      </ul>
    </details>
  )
}
