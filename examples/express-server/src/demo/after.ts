import { staticRates, systemRuntime } from '@florin/core'
import { createSandboxBank, type SandboxBank, sandboxRail } from '@florin/testkit'
import type { ExampleTuning } from '../example.ts'

/** The name under which the books have the demo's bank account. */
export const BANK = 'giro'

/** What comes after a payment, as the demo has it: a bank for payouts, a rate, plans for settlements, terms for disputes. */
export const afterPayment = (): {
  readonly bank: SandboxBank
  readonly options: NonNullable<ExampleTuning['after']>
} => {
  const { clock } = systemRuntime()
  const bank = createSandboxBank({ clock })
  return {
    bank,
    options: {
      disputes: { fee: { EUR: '20.00' } },
      fx: { providers: [staticRates({ rates: { 'EUR/USD': '1.0842' }, now: () => clock.now() })], spread: '0.5' },
      settlement: {
        nightly: {
          mode: 'batch', // a calendar would run it at night; the demo cannot wait
          payout: 'none',
          reserve: { kind: 'rolling', basisPoints: 1_000, days: 90 },
        },
      },
      payouts: { rails: { bank: sandboxRail({ bank, account: BANK }) } },
    },
  }
}
