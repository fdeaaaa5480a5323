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
   * When enabled, Segment sends events in batches, which uses fewer Crisp requests.
   */
  enable_batching?: boolean
  /**
   * The maximum number of events in a batch.
   */
  batch_size?: number
}
