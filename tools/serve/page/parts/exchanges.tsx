import { useState } from 'preact/hooks'
import { buildRequestCurl } from '../../curl'
import type { ExchangeView } from '../../wire'
import { CopyButton } from '../pieces/copy-button'
import { Json } from '../pieces/json'
import { StatusBadge } from '../pieces/outcome'
import { tester } from '../store'
import { counted, duration, pathOf, visible } from '../text'

const PAGE = 20

/** Requests to Crisp and its answers. */
export function Exchanges({ exchanges, leftOut }: { exchanges: ExchangeView[]; leftOut: number }) {
  const [most, setMost] = useState(PAGE)
  if (exchanges.length === 0) return <p class="hint">None: nothing was sent to Crisp.</p>
  return (
    <>
      <ul class="exchanges">
        {exchanges.slice(0, most).map((exchange, index) => (
          <li key={index}>
            <ExchangeRow exchange={exchange} />
          </li>
        ))}
      </ul>
      {most < exchanges.length && (
        <button type="button" class="button quiet small" onClick={() => setMost(most + PAGE)}>
          Show more of {exchanges.length}
        </button>
      )}
      {leftOut > 0 && <p class="hint">{counted(leftOut, 'further request')} not kept.</p>}
    </>
  )
}

function ExchangeRow({ exchange }: { exchange: ExchangeView }) {
  const [isOpen, open] = useState(false)
  const { request, response, durationMs } = exchange
  return (
    <details class="exchange" onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>
        <span class="method">{request.method}</span>
        <span class="path" title={visible(request.url)}>
          {pathOf(new URL(request.url))}
        </span>
        <StatusBadge status={response?.status ?? null} />
        <span class="ms">{duration(durationMs)}</span>
      </summary>
      {isOpen && (
        <div class="exchange-open">
          <p class="hint url">{visible(request.url)}</p>
          {request.body !== undefined && <Json value={request.body} label="Body of the request" canCopy />}
          <h6>{response ? `Answer ${response.status}` : 'No answer'}</h6>
          {response ? (
            <Json value={response.body ?? ''} label="Body of the answer" canCopy />
          ) : (
            <p class="hint">The connection was lost, or Crisp did not answer in time.</p>
          )}
          <CopyButton label="Copy as curl" quiet text={() => buildRequestCurl(exchange, tester.value?.sandboxUrl)} />
        </div>
      )}
    </details>
  )
}
