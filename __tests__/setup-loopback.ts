import net from 'net'

// Nothing leaves the machine: a connection to anything but this host throws. The runtime takes api.crisp.chat to a
// sandbox on 127.0.0.1 below this point.
const connect = Reflect.get(net.Socket.prototype, 'connect') as (this: net.Socket, ...args: unknown[]) => net.Socket

net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
  const host = hostOf(args)
  if (host !== undefined && !['127.0.0.1', 'localhost', '::1'].includes(host)) {
    throw new Error(`A test tried to connect to ${host}.`)
  }
  return connect.apply(this, args)
}
// The class is Node's own, which outlives a test file: what stays on it would hold the file's memory.
afterAll(() => {
  net.Socket.prototype.connect = connect
})

/** Node hands `connect` its arguments as given, or as the array that it normalized them to. */
function hostOf(args: unknown[]): string | undefined {
  const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as [unknown, unknown]
  if (typeof first === 'object' && first !== null) return (first as { host?: string }).host
  return typeof second === 'string' ? second : undefined
}
