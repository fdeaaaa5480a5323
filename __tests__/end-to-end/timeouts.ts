/** Turns of the event loop without a new timer after which nothing but a time-out can go on: all is in this process. */
const IDLE_TURNS = 200

/** Ends the destination's own time-outs as soon as everything waits for them, however long that takes. */
export function endTimeoutsWhenIdle(): void {
  const [wait, cancel] = [setTimeout, clearTimeout]
  const timeouts = new Map<unknown, () => void>()
  let turns = 0
  jest.spyOn(global, 'setTimeout').mockImplementation((run: () => void, ms = 0) => {
    turns = 0
    const timer = wait(run, ms)
    if (ms >= 10_000) timeouts.set(timer.unref(), run)
    return timer
  })
  jest.spyOn(global, 'clearTimeout').mockImplementation((timer) => {
    turns = 0
    timeouts.delete(timer)
    cancel(timer)
  })
  const look = () => {
    if (!jest.isMockFunction(setTimeout)) return
    if (++turns > IDLE_TURNS) {
      turns = 0
      const due = [...timeouts]
      timeouts.clear()
      for (const [timer, run] of due) {
        cancel(timer as NodeJS.Timeout)
        run()
      }
    }
    setImmediate(look)
  }
  look()
}
