import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { verifyStorage } from '@florin/core'
import type { Trouble } from '@florin/testkit'
import type { ApiClient } from '../api-client.ts'
import { openStorage } from '../open-storage.ts'
import { auditOutage } from '../outage/audit.ts'
import { startEndpoint } from '../outage/endpoint.ts'
import { makeOutageOrders } from '../outage/orders.ts'
import { readStorage, type StorageSettings } from '../storage-settings.ts'
import { type AuditReport, compareAcknowledged } from './audit.ts'
import type { Notebook } from './buyer.ts'
import { startChild } from './child.ts'
import { API_KEY, LEASE_MS, openDatabase } from './place.ts'
import type { Scene, SceneParts } from './scene.ts'

const TROUBLES = ['none', 'none', 'reset_after', 'reset_before', 'error_after', 'error_before'] as const satisfies [
  Trouble,
  ...Trouble[],
]
const FAILOVER_MS = 1_000 // six seconds of waiting a payment would make a run long, not hard
const SETTLE_MS = 60_000
const LOOK_MS = 100

/** All that was acknowledged, compared with what the API says now. */
const compareAll = async (notebook: Notebook, api: ApiClient): Promise<string[]> => {
  const problems: string[] = []
  for (const before of notebook.acknowledged.values())
    problems.push(...compareAcknowledged(before, await api.payment(before.id)))
  return problems
}

const verify = async (
  settings: StorageSettings,
): Promise<Pick<AuditReport, 'events' | 'transactions' | 'problems'>> => {
  const storage = await openStorage(settings)
  try {
    const { ok, chain, ledger, payments } = await verifyStorage(storage)
    const found = ok ? [] : [...chain.problems, ...ledger.problems, ...payments.problems]
    const problems = found.map((one) => `verify: ${JSON.stringify(one)}`)
    return { events: chain.events, transactions: ledger.checked.transactions, problems }
  } finally {
    await storage.close()
  }
}

/** A shop between Stripe and Adyen: the doubles of both over HTTP, with their webhooks, in processes of their own. */
export const providersScene = async ({ database: kind, port, env }: SceneParts): Promise<Scene> => {
  const folder = mkdtempSync(join(tmpdir(), 'florin-faults-'))
  const database = await openDatabase(kind, folder)
  const url = `http://127.0.0.1:${port}`
  const endpoints = [
    await startEndpoint('stripe', url, folder, env),
    await startEndpoint('adyen', url, folder, env),
  ] as const
  const known = new Set<string>() // payments of all rounds: the providers' books are of all, too
  const auditOnce = async (notebook: Notebook, api: ApiClient) => {
    const { failovers: _, problems, ...counted } = await auditOutage(url, api, [...known], endpoints)
    return { ...counted, problems: [...problems, ...(await compareAll(notebook, api))] }
  }
  return {
    startServer: (at) =>
      startChild('../main.ts', {
        ...env,
        ...database.env,
        ...endpoints[0].env,
        ...endpoints[1].env,
        PORT: `${at}`,
        HOST: '127.0.0.1',
        API_KEYS: `${API_KEY}:mer_faults`,
        SHOP: 'on', // the audit verifies through it
        FAILOVER_AFTER_MS: `${FAILOVER_MS}`,
        WHEN_DOWN: 'queue',
        FLORIN_LEASE_MS: `${LEASE_MS}`,
        FLORIN_RECOVERY_MS: '100',
      }),
    orders: (dice, round, count) => makeOutageOrders(dice, `round-${round}-order`, count),
    trouble: (dice) => dice.pick(endpoints).set(dice.pick(TROUBLES)),
    async restarted() {
      for (const endpoint of endpoints) await endpoint.set('none')
    },
    async audit(notebook, api) {
      for (const id of notebook.acknowledged.keys()) known.add(id)
      const until = performance.now() + SETTLE_MS // webhooks and reversals take their time
      let found = await auditOnce(notebook, api)
      while (found.problems.length > 0 && performance.now() < until) {
        await pause(LOOK_MS)
        found = await auditOnce(notebook, api)
      }
      const verified = await verify(readStorage(database.env, folder))
      return { ...found, ...verified, problems: [...found.problems, ...verified.problems] }
    },
    async close() {
      for (const endpoint of endpoints) await endpoint.stop()
      await database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
