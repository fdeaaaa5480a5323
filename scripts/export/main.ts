import { exportCommand } from './command'
import { Refusal } from './folder'

try {
  // npm runs scripts in the root of the package; INIT_CWD is where the user is.
  console.log(exportCommand(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd()))
} catch (thrown) {
  console.error((thrown as Error).message)
  process.exitCode = thrown instanceof Refusal ? 2 : 1
}
