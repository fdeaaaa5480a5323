import { useEffect, useState } from 'preact/hooks'
import { announcement } from '../store'
import { Icon } from './icon'

interface Props {
  label: string
  /** What is copied, for screen readers, where the label alone does not say it. */
  of?: string
  text: () => string
  quiet?: boolean
}

/** Copies a text that is made when it is asked for. */
export function CopyButton({ label, of, text, quiet }: Props) {
  const [said, say] = useState('')
  useEffect(() => {
    if (!said) return
    const timer = setTimeout(() => say(''), 1600)
    return () => clearTimeout(timer)
  }, [said])

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text())
      say('Copied')
      announcement.value = `${of ?? label}: copied.`
    } catch {
      say('Not allowed')
      announcement.value = 'The browser does not allow copying here.'
    }
  }
  return (
    <button type="button" class={quiet ? 'button quiet small' : 'button small'} onClick={() => void copy()}>
      <Icon name={said === 'Copied' ? 'check' : 'copy'} />
      {said || label}
      {of && <span class="unseen"> {of}</span>}
    </button>
  )
}
