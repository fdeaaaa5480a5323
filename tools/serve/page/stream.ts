import type { Update } from '../wire'

/** What a page hears of the server. */
export type StreamMessage = { kind: 'open' } | { kind: 'lost' } | { kind: 'update'; update: Update }

const NAME = 'crisp-tester-stream'

/**
 * Listens to what happens. A browser lends a server six connections in all, so one page of all that are open holds the
 * stream and tells the others; when it goes, the next one takes over.
 */
export function listen(take: (message: StreamMessage) => void): void {
  const channel = new BroadcastChannel(NAME)
  channel.onmessage = ({ data }: MessageEvent<StreamMessage>) => take(data)
  void navigator.locks.request(NAME, () => {
    hold((message) => {
      channel.postMessage(message)
      take(message)
    })
    return new Promise(() => undefined)
  })
}

function hold(tell: (message: StreamMessage) => void): void {
  const source = new EventSource('/api/live')
  source.onopen = () => tell({ kind: 'open' })
  source.onerror = () => tell({ kind: 'lost' })
  source.onmessage = ({ data }: MessageEvent<string>) => tell({ kind: 'update', update: JSON.parse(data) as Update })
}
