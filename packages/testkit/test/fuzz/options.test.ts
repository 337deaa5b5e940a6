import { adyen } from '@florin/adapters-adyen'
import { stripe } from '@florin/adapters-stripe'
import { createFlorin, createRouter, ephemeralKeys, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { createHandler } from '@florin/http'
import { sqlite } from '@florin/storage-sqlite'
import { createAcquirer, sandbox } from '@florin/testkit'
import { httpTransport } from '@florin/transport'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mutatedValue } from './hostile-json.ts'
import { runs, WITHIN_MS } from './runs.ts'
import { expectTyped, triedLong } from './unharmed.ts'

const SECRETS = [
  'sk_test_canary0123456789abcdefghij',
  'whsec_canary0123456789abcdef0123456789',
  'AQEcanary0123456789abcdef',
  'canary-password',
]
const [apiKey = '', webhookSecret = '', adyenKey = '', password = ''] = SECRETS

const acquirer = createAcquirer()
const gateways = { one: sandbox({ acquirer }), two: sandbox({ acquirer: createAcquirer() }) }
const parts = () => ({ storage: memoryStorage(), keys: ephemeralKeys(systemRuntime().random), gateways })
const merged = (whole: object, given: unknown): never => {
  // What is no object takes the place of all options.
  return (typeof given === 'object' && given !== null ? { ...whole, ...given } : given) as never
}

type Maker = (given: unknown) => unknown

const MAKERS: readonly (readonly [what: string, make: Maker, sample: object])[] = [
  [
    'createFlorin',
    async (given) => (await createFlorin(merged(parts(), given))).close(),
    {
      merchants: {
        mer_one: { fee: { basisPoints: 290, fixed: { EUR: '0.25' } }, whenDown: 'queue', failover: { maxAttempts: 2 } },
      },
      defaultMerchant: 'mer_one',
      failover: { onUnknown: ['card'], maxAttempts: 3, afterMs: 6_000, withinMs: 300_000 },
      timings: { callerDeadlineMs: 10_000, leaseMs: 15_000 },
      whenInFlight: 'wait',
      idempotencyResultDays: 30,
    },
  ],
  [
    'its resilience',
    async (given) => (await createFlorin({ ...parts(), resilience: given as never })).close(),
    {
      retries: { policy: { kind: 'exponential', tries: 3, baseMs: 100, maxMs: 2_000 } },
      breaker: { openMs: 30_000 },
      bulkhead: { concurrent: 100, queue: 50 },
      gateways: { one: { rateLimit: { perSecond: 10, burst: 20 } } },
    },
  ],
  [
    'its routing',
    (given) => createRouter(new Map(Object.entries(gateways)), given as never),
    {
      rules: [
        {
          id: 'a',
          match: { method: 'card', currency: ['EUR'], amount: { min: '1.00', max: '9.00' }, bin: ['411111-422222'] },
          use: ['one'],
        },
        { id: 'b', match: { metadata: { vip: 'yes' }, country: 'DE' }, split: { one: 60, two: 40 } },
        { id: 'c', avoid: ['two'] },
      ],
      weights: { success: 50, latency: 30, cost: 20 },
      explorationShare: 0.05,
    },
  ],
  [
    'createHandler',
    async (given) => {
      const florin = await createFlorin(parts())
      return createHandler(merged({ florin, authorize: () => null }, given))
    },
    { prefix: '/pay', maxBodyBytes: 65_536, whenInFlight: 'wait', challenge: 'Bearer realm="x"', healthDetails: true },
  ],
  [
    'stripe',
    (given) => stripe(given as never),
    {
      ...{ form: 'two_step', multicapture: true, baseUrl: 'http://127.0.0.1:1' },
      accounts: { default: { apiKey, webhookSecret: [webhookSecret], stripeAccount: 'acct_1' } },
      transport: { connections: 5 },
    },
  ],
  [
    'adyen',
    (given) => adyen(given as never),
    {
      environment: 'test',
      baseUrl: 'http://127.0.0.1:1',
      accounts: {
        default: {
          ...{ apiKey: adyenKey, merchantAccount: 'FlorinECOM', hmacKeys: ['ab'.repeat(32)] },
          ...{ webhookUser: 'florin', webhookPassword: password },
        },
      },
      http: { connections: 5 },
    },
  ],
  [
    'sqlite',
    async (given) => {
      const storage = sqlite({ ...(given as object), file: ':memory:' })
      await storage.close()
    },
    { busyTimeoutMs: 5_000, integrityCheck: 'quick' },
  ],
  [
    'httpTransport',
    (given) => httpTransport(merged({ credentials: () => ({ authorization: `Bearer ${apiKey}` }) }, given)),
    { baseUrl: 'http://127.0.0.1:1', connections: 5, connectTimeoutMs: 1_000, userAgent: 'x', requestIdHeaders: ['a'] },
  ],
]

describe('whatever options are given to', () => {
  test.each(MAKERS)(
    '%s, they are taken, or refused as configuration, with no secret in the reason',
    async (_, make, sample) => {
      let taken = 0
      const given = fc.oneof(
        { weight: 5, arbitrary: mutatedValue([sample]) },
        { weight: 1, arbitrary: fc.constantFrom(undefined, null, 1, 'x', [], {}, true) },
      )
      await fc.assert(
        fc.asyncProperty(given, async (options) => {
          const outcome = await triedLong(async () => make(options))
          if ('error' in outcome) expectTyped(outcome.error, ['configuration'], SECRETS)
          else taken += 1
        }),
        runs(150),
      )
      expect(taken).toBeGreaterThan(0)
    },
    WITHIN_MS,
  )
})
