import { styleText } from 'util'

/** Gives text a color or weight, by the names of `util.styleText`. */
export type Style = (format: Parameters<typeof styleText>[0], text: string) => string

/** Text as it is. */
export const PLAIN: Style = (_format, text) => text

/** Styles only where a person reads the stream, and has not turned colors off. */
export function getStyle(stream: { isTTY?: boolean }, env = process.env): Style {
  return stream.isTTY === true && !env.NO_COLOR ? styleText : PLAIN
}
