import { createInterface } from 'readline'
import { Writable } from 'stream'
import { Refusal } from './refusal'

/** Asks for the key on the terminal, without showing what is typed. */
export function askKey(): Promise<string> {
  process.stderr.write('API key (identifier:key, not shown): ')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true, historySize: 0 })
  return new Promise((resolve, reject) => {
    lines.question('', (answer) => {
      resolve(answer.trim())
      lines.close()
    })
    lines.on('SIGINT', () => lines.close())
    lines.on('close', () => {
      process.stderr.write('\n')
      reject(new Refusal('No key was given.'))
    })
  })
}
