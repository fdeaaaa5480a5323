const thisMachine = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i
const crisp = /^api\.crisp\.chat(:\d+)?$/i

/** True for a Host, or an origin without its scheme, of this machine. */
export function isThisMachine(host: string | undefined): boolean {
  return thisMachine.test(host ?? '')
}

/**
 * True for a Host that clients of the sandbox send: this machine's, or Crisp's where the connection was led here. Any
 * other is a name that somebody's DNS led here for a page of theirs (DNS rebinding), and the key is public.
 */
export function isAnswered(host: string | undefined): boolean {
  return isThisMachine(host) || crisp.test(host ?? '')
}
