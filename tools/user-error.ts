/** What ends a tool with one sentence for the user and exit status 2: bad use, or something in its surroundings. */
export class UserError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UserError'
  }
}
