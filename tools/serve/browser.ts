import { spawn } from 'child_process'

const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', '']
}

/** True where somebody sits who would see a browser. */
export function isAttended(environment: NodeJS.ProcessEnv = process.env, isTTY = process.stdout.isTTY): boolean {
  return isTTY === true && !environment.CI
}

/** Opens a page in the browser of this machine. Where there is none, nothing happens: the address is printed anyway. */
export function openBrowser(url: string): void {
  const [command, ...parameters] = openers[process.platform] ?? ['xdg-open']
  // Elsewhere it must outlive this process; on Windows `start` sees to that, and detached it would open a console.
  const isWindows = process.platform === 'win32'
  const child = spawn(command, [...parameters, url], { stdio: 'ignore', windowsHide: true, detached: !isWindows })
  child.on('error', () => undefined)
  child.unref()
}
