import { createColors } from 'picocolors'
import { demo } from './demo'
import { readExamples } from './examples'

/** Colors only where a person reads them. */
const colors = createColors(process.stdout.isTTY === true && !process.env.NO_COLOR)

void demo(readExamples(), (text) => process.stdout.write(`${text}\n`), colors).then((status) => {
  process.exitCode = status
})
