import { setFlagsFromString } from 'v8'
import { runInNewContext } from 'vm'

const collect = collector()

/** The bytes that this process really holds: those after a collection. */
export function heap(): number {
  collect()
  return process.memoryUsage().heapUsed
}

/** As `node --expose-gc` gives it, without that flag. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
