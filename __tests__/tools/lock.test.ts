import { spawn } from 'child_process'
import { randomUUID } from 'crypto'
import { once } from 'events'
import { lock } from '../../tools/lock'
import { getBundle } from '../program'

const platforms =
  process.platform === 'win32' ? ['win32'] : process.platform === 'linux' ? ['linux', 'darwin'] : ['darwin']

describe.each(platforms)('a lock (%s)', (platform) => {
  it('is held by one at a time, and free again when released', async () => {
    const name = randomUUID()
    const first = await lock(name, platform)
    expect(await lock(name, platform)).toBeUndefined()
    const other = await lock(`${name} of something else`, platform)
    expect(other).toBeDefined()
    await first?.release()
    const second = await lock(name, platform)
    expect(second).toBeDefined()
    await second?.release()
    await other?.release()
  })

  it('is not held by a process that died', async () => {
    const name = randomUUID()
    const script = `require(${JSON.stringify(getBundle('lock'))})
        .lock(${JSON.stringify(name)}, ${JSON.stringify(platform)})
        .then((held) => process.stdout.write(held ? 'held' : 'refused'))
      setInterval(() => undefined, 1_000)`
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    expect(String(said)).toBe('held')
    expect(await lock(name, platform)).toBeUndefined()
    child.kill('SIGKILL')
    await once(child, 'exit')
    const next = await lock(name, platform)
    expect(next).toBeDefined()
    await next?.release()
  })
})
