import { join } from 'path'
import { catchEarlySignals } from './signals'

// The program imports this file before all others: loading them takes a while, and a signal may come while they load.
if (require.main?.filename.replace(/\.[jt]s$/, '') === join(__dirname, 'cli')) catchEarlySignals()
