// Generated file. DO NOT MODIFY IT BY HAND.

export interface Payload {
  /**
   * What the person did. Crisp shows up to 80 characters.
   */
  eventName?: string
  /**
   * The person's email address. It finds the person with a single request.
   */
  email?: string
  /**
   * Your unique ID for the person, stored in Crisp as `user_id`.
   */
  userId?: string
  /**
   * Event details. Crisp keeps 10, up to 120 characters each.
   */
  properties?: {
    [k: string]: unknown
  }
  /**
   * The color of the event in the event stream. Crisp chooses one when this is empty.
   */
  color?: string
  /**
   * What to do when Crisp has no matching person. Creating one requires an email.
   */
  unknownPerson?: string
  /**
   * When the event happened, shown as `occurred_at`. Crisp otherwise shows when it arrived.
   */
  occurredAt?: string
  /**
   * When enabled, Segment sends events in batches, which uses fewer Crisp requests.
   */
  enable_batching?: boolean
  /**
   * The maximum number of events in a batch.
   */
  batch_size?: number
}
