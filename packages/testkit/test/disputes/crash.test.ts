import type { Florin } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { signed } from '../inbox.ts'
import { type Death, mortal } from '../mortal.ts'
import { rows } from '../rows.ts'
import { type World, world } from '../world.ts'
import { auditDisputes, file, only, settle } from './dispute-world.ts'

/** One flow, what it is about, and how the dispute stands in the end wherever a crash was. */
interface Flow {
  readonly name: string
  readonly act: (florin: Florin<'sandbox'>, w: World, id: string) => Promise<unknown>
  /** What the caller asks anew who heard nothing. */
  readonly again: (w: World, id: string) => Promise<unknown>
  readonly end: object
}

const evidence = { texts: { explanation: 'It was delivered.' }, files: [file()] }
const submit = (florin: Florin<'sandbox'>, id: string) => florin.disputes.submitEvidence(id, evidence)

/** The newest webhook, to the process that may die of it. */
const deliver = async (florin: Florin<'sandbox'>, w: World): Promise<void> => {
  const delivery = mails.get(w)?.at(-1)
  if (delivery === undefined) throw new Error('no webhook came')
  await florin.webhooks.receive({ gateway: 'sandbox', ...delivery })
  await florin.tick()
}

type Mail = Parameters<Parameters<World['acquirer']['onWebhook']>[0]>[0]
const mails = new WeakMap<World, Mail[]>()

const FLOWS: readonly Flow[] = [
  {
    name: 'a chargeback is told',
    act: async (florin, w) => {
      w.acquirer.dashboard.escalateDispute(gatewayId(w), 'chargeback')
      await w.runtime.scheduler.flush()
      await deliver(florin, w)
    },
    again: async () => {},
    end: { status: 'evidence_due', frozen: '100.00', fee: '20.00', gatewayFee: '15.00', acts: [] },
  },
  {
    name: 'evidence is submitted, with a file before it',
    act: async (florin, _, id) => {
      await submit(florin, id)
      for (let step = 0; step < 3; step++) await florin.tick()
    },
    again: (w, id) => submit(w.florin, id),
    end: { status: 'evidence_submitted', acts: [{ kind: 'submit_evidence', status: 'applied' }] },
  },
  {
    name: 'it is given up',
    act: async (florin, _, id) => {
      await florin.disputes.accept(id)
      await florin.tick()
    },
    again: (w, id) => w.florin.disputes.accept(id),
    end: { status: 'accepted', acts: [{ kind: 'accept_dispute', status: 'applied' }] },
  },
]

const gatewayIds = new WeakMap<World, string>()
const gatewayId = (w: World): string => gatewayIds.get(w) ?? ''

const run = async (flow: Flow, death: Death | null) => {
  const w = await world({ options: { disputes: { fee: { EUR: '20.00' } } } })
  const mail: Mail[] = []
  mails.set(w, mail)
  w.acquirer.onWebhook((delivery) => void mail.push(delivery))
  await w.pay()
  const opened = w.acquirer.dashboard.openDispute(w.acquirer.books().charges[0]?.id ?? '', { stage: 'inquiry' })
  gatewayIds.set(w, opened.id)
  await w.advance(10)
  await w.run(deliver(w.florin, w))
  const { id } = await only(w)
  const process = mortal(w.runtime, death)
  const florin = await w.another(process.parts)
  process.arm()
  await process.live(flow.act(florin, w, id))
  return { w, id, process }
}

const LEASE_MS = 130_000

/** The next process goes on with what the dead one left: leases end, and every webhook comes again. */
const goOn = async (w: World): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) {
    await w.advance(LEASE_MS)
    for (const { body } of mails.get(w) ?? [])
      await w.run(w.florin.webhooks.receive({ gateway: 'sandbox', ...signed(w, body) }))
    await settle(w)
  }
}

/** Between two commits nothing is left behind but what was sent: a crash after one is one before the next. */
const POINTS: Readonly<Record<string, readonly Death['when'][]>> = { commit: ['before'], send: ['before', 'after'] }

describe.each(FLOWS)('a crash anywhere while $name', (flow) => {
  test('is recovered from, with one effect', { timeout: 120_000 }, async () => {
    const { process: whole } = await run(flow, null)
    expect(whole.calls.length).toBeGreaterThan(2)
    for (let call = 1; call <= whole.calls.length; call++) {
      for (const when of POINTS[whole.calls[call - 1] ?? ''] ?? []) {
        const where = `${when} call ${call}, ${whole.calls[call - 1]}`
        const { w, id, process } = await run(flow, { call, when })
        expect(process.isDead(), where).toBe(true)
        await goOn(w)
        await w.run(flow.again(w, id))
        await goOn(w)
        // A webhook whose delivery was never stored comes again in life for days; here its next event makes up for it.
        w.acquirer.dashboard.announceDispute(gatewayId(w))
        await w.advance(10)
        await w.run(deliver(w.florin, w))
        expect(await only(w), where).toMatchObject(flow.end)
        await auditDisputes(w)
        for (const act of await rows<{ id: string }>(w.inner, 'dispute_acts'))
          expect(w.acquirer.effects(act.id).effects, where).toBeLessThanOrEqual(1)
        expect(w.errors, where).toEqual([])
      }
    }
  })
})
