/** Requests a day that Crisp allows a token (docs.crisp.chat, "Website token" and "Plugin token"). */
export const DAILY_QUOTA = { website: 10_000, plugin: 5_000 }

/**
 * What a number of requests is of a day's quota, in a sentence.
 * @param requests - requests spent
 * @param events - events that they were spent on
 */
export function quotaLine(requests: number, events: number): string {
  const share = ({ website, plugin }: typeof DAILY_QUOTA) =>
    `${percent(requests / website)} of a website token's ${number(website)} a day, ${percent(
      requests / plugin
    )} of a plugin token's ${number(plugin)}`
  return `${requests} requests for ${events} events: ${share(DAILY_QUOTA)}.`
}

const percent = (share: number) => `${(share * 100).toFixed(share < 0.001 ? 2 : 1)} %`
const number = (count: number) => count.toLocaleString('en')
