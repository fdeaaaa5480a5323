import * as store from './store'

/** Lets only the newest of several answers through: an older one may arrive later. */
export function createLatest() {
  let newest = 0
  return async <T>(load: () => Promise<T>, take: (answer: T) => void): Promise<void> => {
    const mine = ++newest
    const answer = await load()
    if (mine === newest) take(answer)
  }
}

/** Does something and tells what goes wrong with it, until it works. */
export async function reporting(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
    const { [what]: _solved, ...others } = store.problems.value
    if (_solved !== undefined) store.problems.value = others
  } catch (error) {
    store.problems.value = { ...store.problems.value, [what]: (error as Error).message }
  }
}
