import type { FieldError } from '../../wire'
import { short } from '../text'
import { Json } from './json'

/** The mapped payload and what the framework has against it. */
export function PayloadView({
  payload,
  fieldErrors,
  label = 'Mapped payload'
}: {
  payload: unknown
  fieldErrors: FieldError[]
  label?: string
}) {
  return (
    <>
      {fieldErrors.length > 0 && (
        <ul class="field-errors">
          {fieldErrors.map(({ field, message }) => (
            <li key={field}>
              <code>{short(field)}</code> {short(message, 500)}
            </li>
          ))}
        </ul>
      )}
      {payload !== undefined && <Json value={payload} label={label} canCopy />}
    </>
  )
}
