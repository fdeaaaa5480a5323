/** How often each word is in use, kept up to date by every write so that nobody has to scan the people for it. */
export class Counts {
  private readonly counts = new Map<string, number>()

  add(word: string): void {
    this.counts.set(word, (this.counts.get(word) ?? 0) + 1)
  }

  remove(word: string): void {
    const count = this.counts.get(word)
    if (count === undefined) return
    if (count > 1) this.counts.set(word, count - 1)
    else this.counts.delete(word)
  }

  /** Forgets a word until it is used again. */
  forget(word: string): void {
    this.counts.delete(word)
  }

  /** Most used first. */
  list(): { word: string; count: number }[] {
    return [...this.counts].map(([word, count]) => ({ word, count })).sort((a, b) => b.count - a.count)
  }
}
