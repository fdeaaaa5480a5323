import { useState } from 'preact/hooks'
import type { ValueChange } from '../../wire'
import type { Fact } from '../facts'
import { Mark } from '../pieces/mark'
import { short, valueText } from '../text'

interface Props {
  title: string
  facts: Fact[]
  /** Of the paths of those that are gone; without it they are not shown. */
  prefix?: string
  marks: Map<string, ValueChange>
  created?: boolean
  none?: string
}

const PAGE = 100

/** Values under a title, each with what the last run did to it. */
export function Facts({ title, facts, prefix, marks, created, none }: Props) {
  const [most, setMost] = useState(PAGE)
  const gone = [...marks.values()].flatMap(({ path, before, after }) =>
    prefix !== undefined && after === undefined && path.startsWith(`${prefix}.`)
      ? [{ path, before, label: path.slice(prefix.length + 1) }]
      : []
  )
  if (facts.length === 0 && gone.length === 0 && !none) return null
  return (
    <section>
      <h4>{title}</h4>
      {facts.length === 0 && gone.length === 0 ? (
        <p class="hint">{none}</p>
      ) : (
        <dl class="facts">
          {facts.slice(0, most).map((fact) => (
            <FactRow key={fact.path} fact={fact} change={created ? undefined : marks.get(fact.path)} />
          ))}
          {gone.slice(0, most).map(({ label, path, before }) => (
            <div key={path} class="fact fact-changed">
              <dt>{short(label)}</dt>
              <dd>
                <del>{valueText(before)}</del> <span class="mark">removed</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {most < Math.max(facts.length, gone.length) && (
        <button type="button" class="button quiet small" onClick={() => setMost(most + PAGE)}>
          Show more of {Math.max(facts.length, gone.length).toLocaleString('en')}
        </button>
      )}
    </section>
  )
}

function FactRow({ fact: { label, value }, change }: { fact: Fact; change?: ValueChange }) {
  return (
    <div class={change ? 'fact fact-changed' : 'fact'}>
      <dt>
        <bdi>{short(label)}</bdi>
      </dt>
      <dd>
        <Value value={value} /> <Mark change={change} />
      </dd>
    </div>
  )
}

function Value({ value }: { value: unknown }) {
  const kind = typeof value
  return <bdi class={`value value-${kind}`}>{valueText(value)}</bdi>
}
