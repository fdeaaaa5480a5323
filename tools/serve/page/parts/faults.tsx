import { setFault } from '../actions'
import { Switch } from '../pieces/switch'
import { faults } from '../store'
import { counted } from '../text'

/** What can be made to go wrong with Crisp. */
export function FaultsView() {
  return (
    <>
      <p class="hint">Switch one on and send an event: see what Segment would make of it.</p>
      <ul class="faults">
        {faults.value.map(({ name, label, description, on, struck }) => (
          <li key={name} class={on ? 'fault fault-on' : 'fault'}>
            <Switch on={on} onChange={(value) => void setFault(name, value)} describedBy={`fault-${name}`}>
              {label}
            </Switch>
            <p class="hint" id={`fault-${name}`}>
              {description}
              {on && ` It struck ${counted(struck, 'request')}.`}
            </p>
          </li>
        ))}
      </ul>
    </>
  )
}
