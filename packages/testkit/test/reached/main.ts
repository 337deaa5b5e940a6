import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ERROR_CODES } from '@florin/core'
import { DISPUTE, DISPUTE_ACT } from '../../../core/src/disputes/machine.ts'
import { HEDGE, QUOTE } from '../../../core/src/fx/machine.ts'
import { ATTEMPT } from '../../../core/src/payments/machine.ts'
import { PAYOUT } from '../../../core/src/payouts/machine.ts'
import { BREAK, RUN } from '../../../core/src/reconciliation/machine.ts'
import { REFUND } from '../../../core/src/refunds/machine.ts'
import { BREAKER } from '../../../core/src/resilience/breaker-state.ts'
import { HEALTH } from '../../../core/src/routing/health.ts'
import { SETTLEMENT } from '../../../core/src/settlement/machine.ts'
import { DELIVERY } from '../../../core/src/webhooks/machine.ts'
import { type Reachable, type Reached, unreached } from './unreached.ts'

const REACHABLE: Reachable = {
  machines: {
    attempt: ATTEMPT,
    refund: REFUND,
    dispute: DISPUTE,
    disputeAct: DISPUTE_ACT,
    settlement: SETTLEMENT,
    payout: PAYOUT,
    quote: QUOTE,
    hedge: HEDGE,
    break: BREAK,
    run: RUN,
    delivery: DELIVERY,
    health: HEALTH,
    breaker: BREAKER,
  },
  codes: ERROR_CODES,
  excused: {},
}

const CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/florin', import.meta.url))

/** When the last whole run began, where it left its report: what earlier runs reached says nothing of today's tests. */
const since = (): number => {
  try {
    return (JSON.parse(readFileSync(join(CACHE, 'tests.json'), 'utf8')) as { startTime: number }).startTime
  } catch {
    return 0
  }
}

const records = (): readonly Reached[] => {
  const folder = join(CACHE, 'reached')
  const from = since()
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).mtimeMs >= from)
    .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Reached)
}

const all = records()
const missing = unreached(REACHABLE, all)
for (const line of missing) process.stderr.write(`${line}\n`)
const transitions = Object.values(REACHABLE.machines).flatMap((table) =>
  Object.values(table).flatMap(Object.keys),
).length
const excused = Object.keys(REACHABLE.excused).length
if (missing.length === 0) {
  process.stdout.write(
    `${transitions - excused} of ${transitions} transitions and all ${ERROR_CODES.length} error codes are reached by the tests of ${all.length} files\n`,
  )
}
process.exitCode = missing.length === 0 ? 0 : 1
