import { describe, expect, it } from 'vitest'
import { failoverOptions, readFailover } from './failover-settings.ts'

const stripe = { name: 'stripe', provesReversals: true }
const adyen = { name: 'adyen', provesReversals: true }
const options = (env: Readonly<Record<string, string>>, open = [stripe, adyen]) =>
  failoverOptions(readFailover(env), open)

describe('what the example does about gateways in trouble', () => {
  it('asks in the order of the configuration, and goes on from unknown outcomes', () => {
    expect(options({})).toEqual({
      routing: { rules: [{ id: 'in-order', use: ['stripe', 'adyen'] }] },
      failover: { onUnknown: true },
    })
  })

  it('does not leave a charge behind of which a gateway could never tell what became of it', () => {
    expect(options({}, [stripe, { ...adyen, provesReversals: false }]).failover).toEqual({ onUnknown: false })
  })

  it('has nothing to say of a gateway that stands alone', () => {
    expect(options({}, [stripe])).toEqual({ failover: { onUnknown: false } })
  })

  it('does as the environment says', () => {
    const env = {
      GATEWAY_ORDER: 'adyen, stripe',
      FAILOVER_ON_UNKNOWN: 'off',
      FAILOVER_AFTER_MS: '2000',
      WHEN_DOWN: 'queue',
    }
    expect(options(env)).toEqual({
      routing: { rules: [{ id: 'in-order', use: ['adyen', 'stripe'] }] },
      failover: { onUnknown: false, afterMs: 2_000 },
      whenDown: 'queue',
    })
    expect(options({ GATEWAY_ORDER: 'score' }).routing).toBeUndefined()
  })

  it.each([
    [
      { GATEWAY_ORDER: 'stripe,paypal' },
      "GATEWAY_ORDER names 'paypal', which is not configured: give some of stripe,adyen",
    ],
    [{ GATEWAY_ORDER: 'stripe,stripe' }, 'GATEWAY_ORDER names one twice'],
    [{ FAILOVER_ON_UNKNOWN: 'yes' }, "FAILOVER_ON_UNKNOWN is 'yes': give on or off"],
    [{ FAILOVER_AFTER_MS: '5' }, 'FAILOVER_AFTER_MS'],
    [{ WHEN_DOWN: 'wait' }, "WHEN_DOWN is 'wait': give queue or fail"],
  ] as const)('refuses %j', (env, words) => {
    expect(() => options(env)).toThrow(words)
  })
})
