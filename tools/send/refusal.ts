/** Why the command cannot do what it was asked: bad use, exit status 2. The message is for the user. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Refusal'
  }
}
