// Generated file. DO NOT MODIFY IT BY HAND.

export interface Payload {
  /**
   * The e-mail of the person. Crisp knows people by their e-mail: it is needed to create a profile.
   */
  email?: string
  /**
   * Your ID of the person, kept in Crisp as the custom data user_id. It must be personal: events with the same ID are events of the same person.
   */
  userId?: string
  /**
   * The full name that support agents see.
   */
  name?: string
  /**
   * The first name, used with the last name when there is no full name.
   */
  firstName?: string
  /**
   * The last name, used with the first name when there is no full name.
   */
  lastName?: string
  /**
   * The phone number, best with its country code: +33612345678.
   */
  phone?: string
  /**
   * The address (URL) of a picture of the person.
   */
  avatar?: string
  /**
   * A few words about the person.
   */
  description?: string
  /**
   * The address (URL) of the person's website.
   */
  website?: string
  /**
   * The person's position at work.
   */
  jobTitle?: string
  /**
   * The person's address: a text, or an object with street, city, state, postalCode and country. Agents see it in one line; city, state and a two-letter country also place the person on the map.
   */
  address?: {
    [k: string]: unknown
  }
  /**
   * The person's company: its name as a text, or an object with name, website, domain and description. Other details of the company become custom data.
   */
  company?: {
    [k: string]: unknown
  }
  /**
   * Everything else that support agents should see beside the chat. Nested details are flattened and names become snake_case. What is part of the profile already is left out.
   */
  customData?: {
    [k: string]: unknown
  }
  /**
   * When on, Segment hands events over in groups. Several identify calls of one person in a group become one update, so that fewer requests of the daily quota in Crisp are spent. Every event still gets its own result.
   */
  enable_batching?: boolean
  /**
   * How many events a group may hold, from 1 to 1000. A larger group saves more of the daily quota in Crisp for people with many events and takes longer to deliver.
   */
  batch_size?: number
}
