/** The parts of actions-core and destination-subscriptions that the script contains; see `build.ts`. */
declare module 'function-libraries' {
  export { validate as matchesCondition, parseFql } from '@segment/destination-subscriptions'
  export { resolveAudienceMembership, transform } from '@segment/actions-core'

  /** Removes null and empty values as Segment's runtime does. */
  export function removeEmptyValues(payload: unknown, schema: object, isRoot: boolean): unknown

  interface ValidationError {
    instancePath: string
    message?: string
    params: { missingProperty?: string; allowedValues?: (string | null)[] }
  }

  /** For each action: checks a payload against the action's schema and converts values as Segment's runtime does. */
  export const validators: Record<string, ((payload: unknown) => boolean) & { errors?: ValidationError[] | null }>

  /** For each action: its schema. */
  export const schemas: Record<string, { properties: Record<string, { title?: string }> }>
}
