/** Tells all who wait that something has changed. */
export class Signal {
  private wake: () => void = () => undefined
  private waiting = this.renewed()

  /** Resolves with the next `give`. */
  next(): Promise<void> {
    return this.waiting
  }

  /** Wakes those who wait now. */
  give(): void {
    this.wake()
    this.waiting = this.renewed()
  }

  private renewed(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve))
  }
}
