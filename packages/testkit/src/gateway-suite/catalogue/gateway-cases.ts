import { COMMAND_CASES } from './command-cases.ts'
import { DISPUTE_CASES } from './dispute-cases.ts'
import { OUTCOME_CASES } from './outcome-cases.ts'
import { WHOLE_CASES } from './whole-cases.ts'

/** Every case of the gateway suite by its name. The rules are explained in docs/gateways.md; their numbers are FAILURES'. */
export const GATEWAY_CASES = { ...COMMAND_CASES, ...OUTCOME_CASES, ...WHOLE_CASES, ...DISPUTE_CASES }

/** The name of a case, as `skips` takes it. */
export type GatewayCaseName = keyof typeof GATEWAY_CASES
