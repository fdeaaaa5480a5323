/** CRISP_API_VERSION
 * Crisp REST API version, the first segment of every path.
 * API reference: https://docs.crisp.chat/references/rest-api/v1/
 */
export const CRISP_API_VERSION = 'v1'
