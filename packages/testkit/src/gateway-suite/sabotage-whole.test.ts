import { isFlorinError } from '@florin/core'
import { FlorinError, type GatewayFact, type RawDelivery } from '@florin/core/gateways'
import { expect, test } from 'vitest'
import type { SandboxDouble } from '../provider/index.ts'
import type { WHOLE_CASES } from './catalogue/whole-cases.ts'
import type { GatewayHarness } from './harness.ts'
import { answers, complaint, facts, freshKeys, idleCancel, type Sabotage, sabotaged } from './sabotage.ts'
import { sandboxHarness } from './sandbox-harness.ts'
import { refusedLater } from './shapes.ts'

type Harness = GatewayHarness<SandboxDouble>

const verifying =
  (change: (delivery: RawDelivery, sound: (delivery: RawDelivery) => void) => void): Sabotage =>
  (sound) => ({ ...sound, verify: (delivery) => change(delivery, (each) => sound.verify(each)) })

const withVariants = (variants: Harness['variants']): Harness => ({
  ...sandboxHarness,
  variants: { ...sandboxHarness.variants, ...variants },
})

/** The instant that a delivery claims to be signed at. */
const signedAt = ({ headers, receivedAt }: RawDelivery): number =>
  Number(/t=(\d+)/.exec(headers['sandbox-signature'] ?? '')?.[1] ?? receivedAt)

/** What bounced is taken for what was never done: nobody books the money back. */
const takenForRefusals = (told: readonly GatewayFact[]): readonly GatewayFact[] =>
  told.map((fact) =>
    fact.answer.effect === 'undone'
      ? { ...fact, answer: { effect: 'rejected', decline: fact.answer.decline, gatewayId: fact.gatewayId } }
      : fact,
  )

/** One defect for each case, which that case must find. */
const DEFECTS: Readonly<Record<keyof typeof WHOLE_CASES, Harness>> = {
  'webhooks.authentic': sabotaged(
    verifying(() => {
      throw new FlorinError('webhook_rejected', 'no')
    }),
  ),
  'webhooks.tampered_body': sabotaged(verifying(() => {})),
  'webhooks.tampered_headers': sabotaged(
    verifying((delivery, sound) => {
      const { 'sandbox-signature': signature = 'none' } = delivery.headers
      if (signature.trim() !== '') sound(delivery) // "not signed" is taken for "need not be verified"
    }),
  ),
  'webhooks.replay_window': sabotaged(
    verifying((delivery, sound) =>
      sound({ ...delivery, receivedAt: Math.min(delivery.receivedAt, signedAt(delivery)) }),
    ),
  ),
  'webhooks.foreign_account': sabotaged(
    verifying((delivery, sound) => {
      try {
        sound(delivery)
      } catch (error) {
        if (!isFlorinError(error, 'webhook_foreign')) throw error
      }
    }),
  ),
  'webhooks.too_large': sabotaged(
    verifying((delivery, sound) =>
      sound({ ...delivery, body: Buffer.from(Buffer.from(delivery.body).toString('utf8').trim()) }),
    ),
  ),
  'webhooks.no_secret': withVariants({ withoutSecret: sandboxHarness.gateway }),
  'webhooks.rotation': withVariants({
    rotating: (double, url) =>
      sandboxHarness.gateway({ ...double, webhookSecret: 'whsec_only_the_new_one_0123456789' }, url),
  }),
  'webhooks.parse_pure': sabotaged((sound) => {
    const seen = new Set<string>()
    return {
      ...sound,
      parse(body, account) {
        const text = Buffer.from(body).toString('utf8')
        if (seen.has(text)) return []
        seen.add(text)
        return sound.parse(body, account)
      },
    }
  }),
  'webhooks.agree': sabotaged(facts((told) => told.map((fact) => ({ ...fact, amount: (fact.amount ?? 0n) * 100n })))),
  'webhooks.unheard_of': sabotaged(
    facts((told) =>
      told.length > 0
        ? told
        : [
            {
              attempt: null,
              of: 'sale',
              gatewayId: 'ch_1',
              parentGatewayId: null,
              amount: null,
              currency: null,
              occurredAt: null,
              answer: { effect: 'unknown', reason: 'weather' },
            },
          ],
    ),
  ),
  'webhooks.malformed': sabotaged((sound) => ({
    ...sound,
    parse(body, account) {
      try {
        return sound.parse(body, account)
      } catch {
        return []
      }
    },
  })),
  'later.capture_refused': refusedLater(facts((told) => told.filter(({ answer }) => answer.effect !== 'rejected'))),
  'later.refund_refused': refusedLater(facts((told) => told.filter(({ answer }) => answer.effect !== 'rejected'))),
  'later.capture_fails': sabotaged(facts((told) => told.filter(({ answer }) => answer.effect !== 'undone'))),
  'later.refund_fails': sabotaged(facts(takenForRefusals)),
  'flow.sale': sabotaged(freshKeys(/charges$/)),
  'flow.capture_and_refund': sabotaged(freshKeys(/refunds$/)),
  'flow.cancel': sabotaged(idleCancel),
  'flow.challenge': sabotaged(
    answers((answer, command) =>
      answer.effect === 'unknown' && command.kind === 'complete'
        ? {
            effect: 'rejected',
            gatewayId: command.target.gatewayId ?? '',
            decline: { class: 'hard', code: 'lost', gatewayCode: null, networkAdvice: null, message: 'Declined.' },
          }
        : answer,
    ),
  ),
  'flow.decline': sabotaged(
    answers((answer) => (answer.effect === 'rejected' ? { effect: 'unknown', reason: 'declined' } : answer)),
  ),
  'secrecy.canaries': {
    ...sandboxHarness,
    gateway: (double, url) => Object.assign(sandboxHarness.gateway(double, url), { apiKey: double.apiKey }),
  },
  'secrecy.echoes': sabotaged(
    answers((answer, _, { body }) =>
      answer.effect === 'unknown' ? { effect: 'unknown', reason: `the provider says ${body}` } : answer,
    ),
  ),
  'secrecy.reports': withVariants({
    observed: ({ apiKey, ...double }, url, onExchange) =>
      sandboxHarness.variants?.observed?.({ apiKey, ...double }, url, (report) =>
        onExchange({ ...report, request: () => ({ headers: { authorization: `Bearer ${apiKey}` }, body: null }) }),
      ) ?? expect.fail('the sandbox has an observed variant'),
  }),
}

for (const [name, harness] of Object.entries(DEFECTS) as [keyof typeof DEFECTS, Harness][]) {
  test(`${name} finds its defect, and says what to do`, { timeout: 20_000 }, async () => {
    expect(await complaint(name, harness)).toMatch(
      /^(?:sandbox|refused) must see to it that .+\. Seen: .+\. To do: .+\.$/s,
    )
  })
}
