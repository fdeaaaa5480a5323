import { readFileSync } from 'fs'

/**
 * Reads a JSON file. The byte-order mark that PowerShell and some editors begin it with is no part of it.
 * @throws SyntaxError when it holds no JSON, and as `readFileSync` does
 */
export function readJsonFile(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) as unknown
}
