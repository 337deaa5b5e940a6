import { AssertionError } from 'node:assert'
import { FlorinError, isFlorinError } from '@florin/core'
import type { ProviderDouble } from '../provider/index.ts'
import type { TestFunction } from '../storage-suite/harness.ts'
import { type CaseRun, missingFor, NEEDS } from './case-run.ts'
import { answerCases } from './cases/answers.ts'
import { cancelCases } from './cases/cancels.ts'
import { capabilityCases } from './cases/capabilities.ts'
import { captureCases } from './cases/captures.ts'
import { chargeCases } from './cases/charges.ts'
import { contradictionCases } from './cases/contradictions.ts'
import { declineCases } from './cases/declines.ts'
import { disputeCases } from './cases/disputes.ts'
import { effectCases } from './cases/effects.ts'
import { factCases } from './cases/facts.ts'
import { flowCases } from './cases/flows.ts'
import { laterCases } from './cases/later.ts'
import { lookupCases } from './cases/lookups.ts'
import { refundCases } from './cases/refunds.ts'
import { replayCases } from './cases/replays.ts'
import { reportCases } from './cases/reports.ts'
import { requestCases } from './cases/requests.ts'
import { secrecyCases } from './cases/secrecy.ts'
import { authenticityCases } from './cases/webhooks.ts'
import { wrongAnswerCases } from './cases/wrong-answers.ts'
import { GATEWAY_CASES, type GatewayCaseName } from './catalogue/gateway-cases.ts'
import type { GatewayCase, GatewayHarness } from './harness.ts'

const RUNS: Readonly<Record<GatewayCaseName, CaseRun>> = {
  ...capabilityCases,
  ...requestCases,
  ...chargeCases,
  ...captureCases,
  ...cancelCases,
  ...refundCases,
  ...lookupCases,
  ...replayCases,
  ...declineCases,
  ...effectCases,
  ...wrongAnswerCases,
  ...answerCases,
  ...contradictionCases,
  ...authenticityCases,
  ...factCases,
  ...laterCases,
  ...flowCases,
  ...secrecyCases,
  ...reportCases,
  ...disputeCases,
}

const DECLARED =
  '`request` throws `invalid_request` for what `capabilities` or the harness’s methods say that it can: express it, or declare it no longer'

const FAMILIES: Readonly<Record<string, string>> = { authorize: 'charge', sale: 'charge', complete: 'charge' }

/** What to do: what is usual for the case, unless it could not even begin. */
const remedyFor = (name: GatewayCaseName, cause: unknown, seen: string): string => {
  // Only what the adapter declares is asked of it here, so its refusal contradicts its own word.
  if (name.startsWith('request.') && isFlorinError(cause, 'invalid_request')) return DECLARED
  const plain = /^a plain ([a-z]+) ended/.exec(seen)?.[1]
  const family = plain === undefined ? undefined : (FAMILIES[plain] ?? plain)
  return family === undefined || name.startsWith(`${family}.`)
    ? GATEWAY_CASES[name].remedy
    : `make the cases ${family}.* pass first: this one begins with a plain ${plain}`
}

/** An author reads this and nothing else: what is missing, what was seen, and what to do. */
const explained = (name: GatewayCaseName, harness: GatewayHarness, cause: unknown): AssertionError => {
  const { says, rule } = GATEWAY_CASES[name]
  const [seen = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n') // a diff stays in the cause
  const message = `${harness.name} must see to it that ${says} (${rule}). Seen: ${seen}. To do: ${remedyFor(name, cause, seen)}.`
  const error = new AssertionError({ message })
  error.cause = cause
  return error
}

/** Why the harness skips a case. A skip without a reason is none. */
const reasonIn = ({ name: harness, skips }: GatewayHarness, name: GatewayCaseName): string | undefined => {
  const reason = skips?.[name]
  if (reason === undefined || reason.trim() !== '') return reason
  throw new FlorinError('configuration', `${harness}: skips['${name}'] is empty; say what makes the case impossible`)
}

const caseOf = (name: GatewayCaseName): GatewayCase => ({
  name,
  says: GATEWAY_CASES[name].says,
  skip: (harness) => reasonIn(harness, name) ?? missingFor(harness, NEEDS[name]),
  async run(harness) {
    try {
      await RUNS[name](harness)
    } catch (error) {
      throw explained(name, harness, error)
    }
  },
})

/**
 * Everything that Florin relies on in a gateway. Runner-agnostic: `for (const c of gatewayCases) test(c.name, () => c.run(harness))`,
 * or `registerGatewaySuite(test, harness)`, which also skips, with the reason in the name, what the harness cannot do.
 */
export const gatewayCases: readonly GatewayCase[] = Object.freeze(
  (Object.keys(GATEWAY_CASES) as GatewayCaseName[]).map(caseOf),
)

/** Registers every case with the runner's `test`. Cases share nothing: they may run in any order, and at once. */
export const registerGatewaySuite = <P extends ProviderDouble>(
  test: TestFunction,
  harness: GatewayHarness<P>,
): void => {
  for (const each of gatewayCases) {
    const title = `${each.name}: ${each.says}`
    const reason = each.skip(harness)
    if (reason === undefined) test(title, () => each.run(harness))
    else test.skip(`${title} (skipped: ${reason})`, () => each.run(harness))
  }
}
