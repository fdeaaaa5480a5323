/**
 * Limits on events: text, number of properties and the key rule are a Crisp employee's words (crisp-sdk-android issue
 * 177), said of chat-session events; the value length was measured by a reporter there. That REST events share them is
 * inferred. The key rule for custom data is the chat SDK's (crisp-sdk-android issue 198).
 */
export const eventTextLength = 80
export const eventProperties = 10
export const eventValueLength = 120
export const keyPattern = '^[A-Za-z0-9_-]{1,50}$'

/** The documented colours of an event. */
export const eventColors = ['red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink', 'brown', 'grey', 'black']

/** People list: documented bounds of `per_page`. */
export const perPage = { min: 20, max: 50, default: 20 }

/** No bound is published for these; they keep the sandbox itself safe. */
export const bodyBytes = 1_048_576
export const searchQueryLength = 8192
