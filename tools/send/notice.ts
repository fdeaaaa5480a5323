/** What the user should know at once, as a line of text or, under `--json`, of JSON. */
export function noticeLine(text: string, isJson: boolean): string {
  return `${isJson ? JSON.stringify({ type: 'notice', text }) : text}\n`
}
