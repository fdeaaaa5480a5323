import { useState } from 'preact/hooks'
import { buildFile, readFile } from '../saved'

/** Event, subscriptions and settings as one file. */
export function FileForm() {
  const [said, say] = useState('')
  const save = () => {
    download(buildFile())
    say('Exported.')
  }
  const load = async (input: HTMLInputElement) => {
    const [file] = input.files ?? []
    if (file) say(readFile(await file.text()))
    input.value = ''
  }
  return (
    <details class="fold">
      <summary>Export and import</summary>
      <p class="hint">
        One file with the event, the subscriptions that are on, and the settings without the key. A list of
        subscriptions, such as subscriptions.json, can be imported too.
      </p>
      <div class="row">
        <button type="button" class="button small" onClick={save}>
          Export
        </button>
        <label class="button small">
          Import
          <input
            class="unseen"
            type="file"
            accept="application/json,.json"
            onChange={({ currentTarget }) => void load(currentTarget)}
          />
        </label>
        <p class="said" role="status">
          {said}
        </p>
      </div>
    </details>
  )
}

function download(content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'crisp-test.json'
  link.click()
  URL.revokeObjectURL(url)
}
