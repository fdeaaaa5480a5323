import { isLive, quota } from '../store'

/** How much of the day's requests is used. */
export function QuotaMeter() {
  if (!quota.value) return null
  const { used, limit, tokenType, spent } = quota.value
  const shown = spent ? limit : Math.min(used, limit)
  const share = Math.round((shown / limit) * 1000) / 10
  const level = spent || share >= 100 ? 'full' : share >= 80 ? 'high' : 'low'
  return (
    <div class={`quota quota-${level}`}>
      <div class="quota-words">
        <span id="quota-label">Requests today</span>
        <span>
          <strong>{used.toLocaleString('en')}</strong> of {limit.toLocaleString('en')} for a {tokenType} token
        </span>
      </div>
      <meter aria-labelledby="quota-label" min={0} max={limit} value={shown}>
        {share} %
      </meter>
      {spent && <p class="said said-wrong">The fault “Quota spent” is on: Crisp refuses every further request.</p>}
      {isLive.value && <p class="hint">Counts what this tester sent; other clients share the same quota.</p>}
    </div>
  )
}
