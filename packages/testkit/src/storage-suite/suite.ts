import { modelCases } from './cases/against-model.ts'
import { commitCases } from './cases/commit.ts'
import { indexWalkCases } from './cases/index-walks.ts'
import { jobCases } from './cases/jobs.ts'
import { ledgerCases } from './cases/ledger.ts'
import { lifecycleCases } from './cases/lifecycle.ts'
import { lookupCases } from './cases/lookups.ts'
import { mixedBatchCases } from './cases/mixed-batch.ts'
import { pageCases } from './cases/pages.ts'
import { roundTripCases } from './cases/round-trip.ts'
import { sealCases } from './cases/seals.ts'
import { siblingCases } from './cases/siblings.ts'
import type { StorageCase, StorageHarness, TestFunction } from './harness.ts'

/**
 * Everything that Florin relies on in a storage. Runner-agnostic: `for (const c of storageCases) test(c.name, () => c.run(harness))`,
 * or `registerStorageSuite(test, harness)`, which also skips, with the reason in the name, what the harness cannot do.
 */
export const storageCases: readonly StorageCase[] = Object.freeze([
  ...lifecycleCases,
  ...roundTripCases,
  ...commitCases,
  ...indexWalkCases,
  ...pageCases,
  ...lookupCases,
  ...jobCases,
  ...ledgerCases,
  ...sealCases,
  ...mixedBatchCases,
  ...modelCases,
  ...siblingCases,
])

/** Registers every case with the runner's `test`. */
export const registerStorageSuite = (test: TestFunction, harness: StorageHarness): void => {
  for (const each of storageCases) {
    const reason = each.skip(harness)
    if (reason === undefined) test(each.name, () => each.run(harness))
    else test.skip(`${each.name} (skipped: ${reason})`, () => each.run(harness))
  }
}
