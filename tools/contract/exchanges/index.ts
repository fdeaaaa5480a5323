import type { Scenario } from '../scenario'
import { documented } from './documented'
import { inferred } from './inferred'
import { questions } from './questions'
import { recorded } from './recorded'
import { reported } from './reported'

/** The whole contract, the best known first. */
export const scenarios: Scenario[] = [...recorded, ...documented, ...reported, ...inferred, ...questions]
