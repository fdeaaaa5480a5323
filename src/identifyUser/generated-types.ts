// Generated file. DO NOT MODIFY IT BY HAND.

export interface Payload {
  /**
   * The person's email address. Required to create a person.
   */
  email?: string
  /**
   * Your unique ID for the person, stored in Crisp as `user_id`.
   */
  userId?: string
  /**
   * The person's full name.
   */
  name?: string
  /**
   * The person's first name. Used with Last Name when Name is empty.
   */
  firstName?: string
  /**
   * The person's last name. Used with First Name when Name is empty.
   */
  lastName?: string
  /**
   * The person's phone number, with its country code: +33612345678.
   */
  phone?: string
  /**
   * The URL of the person's picture.
   */
  avatar?: string
  /**
   * A few words about the person.
   */
  description?: string
  /**
   * The URL of the person's website.
   */
  website?: string
  /**
   * The person's job title.
   */
  jobTitle?: string
  /**
   * The person's address, as text or an object.
   */
  address?: {
    [k: string]: unknown
  }
  /**
   * The person's company, as text or an object.
   */
  company?: {
    [k: string]: unknown
  }
  /**
   * Other traits agents should see. Nested objects are flattened.
   */
  customData?: {
    [k: string]: unknown
  }
  /**
   * Crisp segments to add the person to. When two batches change the segments of one person at the same time, one change can get lost until the next event.
   */
  segments?: string[]
  /**
   * When enabled, an Engage audience adds the person to the Crisp segment with its key, or removes them. A change that gets lost, as under Segments, is repaired by the next event of the audience.
   */
  audienceAsSegment?: boolean
  /**
   * What to do when Crisp has no matching person. Creating one requires an email.
   */
  unknownPerson?: string
  /**
   * When enabled, a trait that is null is cleared in Custom Data. Profile fields are not cleared.
   */
  clearNullTraits?: boolean
  /**
   * When enabled, an update that was already sent in the last 10 minutes is not sent again. With several processes, or after an agent edits the profile, a skipped repeat may leave an older value in place.
   */
  skipRepeats?: boolean
  /**
   * The type of the Engage computation that the event is about. Filled by Engage.
   */
  computationClass?: string
  /**
   * The key of the Engage computation that the event is about. Filled by Engage.
   */
  computationKey?: string
  /**
   * When enabled, Segment sends events in batches, which uses fewer Crisp requests.
   */
  enable_batching?: boolean
  /**
   * The maximum number of events in a batch.
   */
  batch_size?: number
}
