// Generated file. DO NOT MODIFY IT BY HAND.

export interface Settings {
  /**
   * Your token identifier and key, joined by a colon (`identifier:key`).
   */
  apiKey: string
  /**
   * The ID of your Crisp workspace, a UUID. Find it in Crisp under Settings, Workspace Settings, Setup & Integrations.
   */
  websiteId: string
  /**
   * The type of token in API Key. Defaults to Plugin token.
   */
  tokenType?: string
}
