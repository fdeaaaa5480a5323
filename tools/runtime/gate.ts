/** The part of an answer's head that a gate sees. */
export interface AnswerHead {
  status: number
  headers: { get(name: string): string | null }
}

/** Stands before every request of the destination: for limits of rate and number, and for seeing stop signals early. */
export interface Gate {
  /** Called before a request, which waits for it. What it throws fails the request in its place. */
  enter(): Promise<void>
  /** Called with every answer. */
  answered(answer: AnswerHead): void
}

/** The hooks of the request client that set up the gate. Its time-outs begin after `enter`. */
export function hooksOf(gate: Gate | undefined) {
  if (!gate) return {}
  return {
    beforeRequest: [() => gate.enter()],
    afterResponse: [(_request: unknown, _options: unknown, answer: AnswerHead) => gate.answered(answer)]
  }
}
