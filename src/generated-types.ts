// Generated file. DO NOT MODIFY IT BY HAND.

export interface Settings {
  /**
   * The token identifier and the token key, joined by a colon: identifier:key. For a website token, generate both in Crisp under Settings > Workspace Settings > Advanced configuration > API Token. For a plugin token, copy both from your plugin in the Crisp Marketplace.
   */
  apiKey: string
  /**
   * The ID of your workspace in Crisp, for example 8c842203-7ed8-4e29-a608-7cf78a7d2fcc. Find it under Settings > Workspace Settings > Setup & Integrations.
   */
  websiteId: string
  /**
   * The kind of token that the API Key holds. A website token may send 10,000 requests a day, a plugin token 5,000 unless Crisp granted more. Plugin token when not set.
   */
  tokenType?: string
}
