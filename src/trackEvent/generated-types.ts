// Generated file. DO NOT MODIFY IT BY HAND.

export interface Payload {
  /**
   * What the person did, as support agents will read it. Crisp shows up to 80 characters.
   */
  eventName?: string
  /**
   * The e-mail of the person who did it. It finds the person in Crisp with a single request, so map it wherever your events carry one.
   */
  email?: string
  /**
   * Your ID of the person who did it. It finds people whom an identify call has sent to Crisp before.
   */
  userId?: string
  /**
   * Details shown with the event. Crisp keeps 10 of them and up to 120 characters of each; nested details are flattened, the outer ones first.
   */
  properties?: {
    [k: string]: unknown
  }
  /**
   * The color of the event in the event stream. Leave it empty for the color that Crisp chooses.
   */
  color?: string
  /**
   * Drop the event and report it (nothing is created); try it again later, for events that overtake their identify call; or create the person, which needs an e-mail.
   */
  unknownPerson?: string
  /**
   * Crisp shows when an event arrived, not when it happened. Map the timestamp here to show it as the property occurred_at, ahead of the others. Useful for old events.
   */
  occurredAt?: string
  /**
   * When on, Segment hands events over in groups. Several identify calls of one person in a group become one update, so that fewer requests of the daily quota in Crisp are spent. Every event still gets its own result.
   */
  enable_batching?: boolean
  /**
   * How many events a group may hold, from 1 to 1000. A larger group saves more of the daily quota in Crisp for people with many events and takes longer to deliver.
   */
  batch_size?: number
}
