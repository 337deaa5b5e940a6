import { type DisputeFact, type DisputePort, FlorinError, type GatewayRequest } from '@florin/core/gateways'
import { expect, test } from 'vitest'
import type { SandboxDouble } from '../provider/index.ts'
import type { DISPUTE_CASES } from './catalogue/dispute-cases.ts'
import type { GatewayHarness } from './harness.ts'
import { complaint, sabotaged } from './sabotage.ts'

type Harness = GatewayHarness<SandboxDouble>

/** The adapter has another port for disputes. */
const ports = (change: (sound: DisputePort) => Partial<DisputePort>): Harness =>
  sabotaged((sound) => {
    if (sound.disputes === undefined) throw new Error('the sandbox has disputes')
    return { ...sound, disputes: { ...sound.disputes, ...change(sound.disputes) } }
  })

/** The adapter makes other facts of a body. */
const facts = (change: (told: readonly DisputeFact[]) => readonly DisputeFact[]): Harness =>
  ports((sound) => ({ parse: (body, account) => change(sound.parse(body, account)) }))

const without = (...reports: readonly string[]): Harness =>
  facts((told) => told.filter(({ report }) => !reports.includes(report)))

let calls = 0

/** A request whose key is not its own: whoever sends it again is told that something else was sent under it. */
const fresh = (request: GatewayRequest): GatewayRequest => {
  const { 'idempotency-key': _, ...headers } = request.headers
  return { ...request, headers }
}

/** One defect for each case, which that case must find. */
const DEFECTS: Readonly<Record<keyof typeof DISPUTE_CASES, readonly Harness[]>> = {
  'disputes.told': [
    without('withdrawn'),
    facts((told) => told.map((fact) => ({ ...fact, amount: (fact.amount ?? 0n) * 100n }))),
    facts((told) => told.map((fact) => ({ ...fact, attempt: null, charge: null }))),
    facts((told) => told.map((fact) => ({ ...fact, occurredAt: null }))),
    facts((told) => told.map((fact) => ({ ...fact, dispute: 'another' }))),
    facts((told) => told.map((fact) => ({ ...fact, currency: 'USD' }))),
    facts((told) => told.map((fact) => ({ ...fact, stage: 'inquiry' }))),
  ],
  'disputes.inquiry': [
    facts((told) => told.flatMap((fact) => [fact, { ...fact, report: 'withdrawn' }])),
    facts((told) => told.map((fact) => ({ ...fact, stage: 'chargeback' }))),
  ],
  'disputes.won': [
    without('reinstated'),
    without('won'),
    facts((told) => told.map((fact) => (fact.report === 'won' ? { ...fact, occurredAt: 1 } : fact))),
  ],
  'disputes.lost': [
    without('lost'),
    facts((told) =>
      told.flatMap((fact) => (fact.report === 'lost' ? [fact, { ...fact, report: 'reinstated' }] : [fact])),
    ),
  ],
  'disputes.parse_pure': [
    ports((sound) => {
      const seen = new Set<string>()
      return {
        parse(body, account) {
          const text = Buffer.from(body).toString('utf8')
          if (seen.has(text)) return []
          seen.add(text)
          return sound.parse(body, account)
        },
      }
    }),
  ],
  'disputes.apart': [
    sabotaged((sound) => ({
      ...sound,
      parse: (body, account) => [
        ...sound.parse(body, account),
        ...(sound.disputes?.parse(body, account) ?? []).map(
          ({ charge, amount, currency, occurredAt }) =>
            ({
              attempt: null,
              of: 'refund',
              gatewayId: 'ref_1',
              parentGatewayId: charge,
              amount,
              currency,
              occurredAt,
              answer: { effect: 'applied', gatewayId: 'ref_1' },
            }) as const,
        ),
      ],
    })),
  ],
  'disputes.malformed': [
    sabotaged((sound) => ({
      ...sound,
      parse(body, account) {
        try {
          return sound.parse(body, account)
        } catch {
          return []
        }
      },
    })),
    ports((sound) => ({
      parse(body, account) {
        JSON.parse(Buffer.from(body).toString('utf8')).data.reason.code.toUpperCase()
        return sound.parse(body, account)
      },
    })),
  ],
  'disputes.request': [
    ports((sound) => ({
      request(command) {
        calls += 1
        const request = sound.request(command)
        return { ...request, headers: { ...request.headers, 'x-call': `${calls}` } }
      },
    })),
  ],
  'disputes.submit': [
    without('under_review'),
    ports((sound) => ({
      request: (command) =>
        sound.request(command.kind === 'submit_evidence' ? { ...command, kind: 'accept_dispute' } : command),
    })),
    ports((sound) => {
      const done = new Set<string>()
      return {
        read(response, command, step, kept) {
          const answer = sound.read(response, command, step, kept)
          if (answer.effect !== 'applied') return answer
          if (done.has(command.key)) return { effect: 'rejected', code: 'closed', message: 'It was answered before.' }
          done.add(command.key)
          return answer
        },
      }
    }),
  ],
  'disputes.resent': [
    ports((sound) => ({ request: (command) => fresh(sound.request(command)) })),
    ports((sound) => ({
      read(response, command, step, kept) {
        const answer = sound.read(response, command, step, kept)
        return answer.effect === 'next' ? { ...answer, request: fresh(answer.request) } : answer
      },
    })),
  ],
  'disputes.accept': [
    without('accepted'),
    ports(() => ({
      request: () => {
        throw new FlorinError('invalid_request', 'it cannot be accepted')
      },
    })),
  ],
  'disputes.answers': [
    ports((sound) => ({
      read: (response, command, step, kept) =>
        response.status < 300 ? { effect: 'applied' } : sound.read(response, command, step, kept),
    })),
    ports((sound) => ({
      read: (response, command, step, kept) =>
        response.status === 400
          ? { effect: 'rejected', code: 'no', message: 'no' }
          : sound.read(response, command, step, kept),
    })),
  ],
}

test.each(
  Object.entries(DEFECTS).flatMap(([name, harnesses]) => harnesses.map((harness, at) => ({ name, at, harness }))),
)('$name finds planted defect $at', async ({ name, harness }) => {
  const said = await complaint(name as keyof typeof DEFECTS, harness)
  expect(said).toContain('sandbox must see to it that')
  expect(said).toContain('To do:')
})

test('a harness that opens disputes at a gateway without them is told so', async () => {
  const { disputes, ...without } = sabotaged((sound) => sound)
  const bare: Harness = {
    ...without,
    ...(disputes !== undefined && { disputes }),
    gateway: (double, url) => ({ ...without.gateway(double, url), disputes: undefined }),
  }
  expect(await complaint('disputes.told', bare)).toContain('has no `disputes`')
})
