import type { Committer } from '../commit/index.ts'
import { createPeers, createStandings, type FlowContext } from '../flows/index.ts'
import type { Gateway } from '../gateways/index.ts'
import type { Runtime } from '../kernel/index.ts'
import { Bulkhead, checkRateAccounts, createGuard, type Guard, resolveResilience } from '../resilience/index.ts'
import { createRouter } from '../routing/index.ts'
import type { HealthWatch } from './health-watch.ts'
import type { ResolvedOptions } from './options.ts'

/** What stands between flows and gateways: a guard for each, what the guards measure, and who is asked by it. */
export type Traffic = Pick<FlowContext, 'gateways' | 'guards' | 'standings' | 'peers' | 'router' | 'retries'>

/** Wires it. Throws `configuration` for resilience or routing options that are wrong, or that the gateways cannot give. */
export const createTraffic = (
  options: ResolvedOptions,
  runtime: Runtime,
  watch: HealthWatch,
  committer: Committer,
): Traffic => {
  const { storage } = options
  const gateways: ReadonlyMap<string, Gateway> = new Map(Object.entries(options.gateways))
  const settings = resolveResilience(options.resilience)
  checkRateAccounts(gateways, settings.rate.accounts)
  const router = createRouter(gateways, options.routing)
  const bulkhead = new Bulkhead(settings.bulkhead, runtime.scheduler)
  const guards: ReadonlyMap<string, Guard> = new Map(
    [...gateways].map(([name, gateway]) => [
      name,
      createGuard({ name, gateway, settings, runtime, bulkhead, onChange: watch.breakerMoved }),
    ]),
  )
  const standings = createStandings(gateways, guards, runtime.clock, watch.standingChanged)
  const shared = settings.shared ?? storage.shared === true
  const peers = shared ? createPeers({ storage, committer, runtime, guards }) : null
  return { gateways, guards, router, standings, peers, retries: settings.retries.policy }
}
