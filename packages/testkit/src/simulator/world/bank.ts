import type { GatewayRequest } from '@florin/core/gateways'
import type { ApiRail } from '@florin/core/rails'
import { type SandboxBank, sandboxRail } from '../../rail/index.ts'
import type { ProviderFault, ProviderReply, SimulatedProvider } from './provider.ts'
import { emptyRecords } from './records.ts'
import { simulatedWire, type WireParts } from './wire.ts'

const CURRENCIES = ['EUR', 'USD', 'JPY', 'KWD']
const BROKEN = { status: 500, headers: {}, body: '' }
const KEPT_NO_ACCOUNT: ReadonlySet<ProviderFault> = new Set(['error_500', 'rate_limited'])

/** The bank, as far as a wire knows what is at its other end. It does not lie, for a bank that does is none. */
const atBank = (bank: SandboxBank): Pick<SimulatedProvider, 'describe' | 'handle'> => ({
  describe: ({ method, headers }: GatewayRequest) => ({
    reference: null,
    key: headers['idempotency-key'] ?? null,
    mutating: method === 'POST',
    what: method === 'POST' ? 'transfer' : 'lookup',
  }),
  handle: (request, _, wrong): ProviderReply => {
    const slow = wrong === 'slow' ? 20_000 : 0
    if (wrong !== undefined && KEPT_NO_ACCOUNT.has(wrong)) {
      return { response: BROKEN, wire: 'answer', delayMs: 0, release: () => {} }
    }
    const response = bank.handle(request)
    const broken = wrong === 'error_500_after' || wrong === 'error_500_cached'
    const wire = wrong === 'cut_off' ? 'cut' : 'answer'
    return { response: broken ? BROKEN : response, wire, delayMs: slow, release: () => {} }
  },
})

/** The sandbox rail behind a wire that loses, delays and doubles. Invariants about gateways' requests are not about these. */
export const simulatedRail = (
  bank: SandboxBank,
  parts: Omit<WireParts, 'gateway' | 'provider' | 'records'>,
): ApiRail => ({
  ...sandboxRail({ bank, currencies: CURRENCIES }),
  transport: simulatedWire({ ...parts, gateway: 'bank', provider: atBank(bank), records: emptyRecords() }),
})
