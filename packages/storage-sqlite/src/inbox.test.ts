import { join } from 'node:path'
import { createFlorin, ephemeralKeys, isFlorinError, systemRuntime } from '@florin/core'
import type { Gateway, RawDelivery } from '@florin/core/gateways'
import { createAcquirer, sandbox } from '@florin/testkit'
import { expect, test } from 'vitest'
import { tempFolder } from '../test/temp-folder.ts'
import { sqlite } from './index.ts'

const folder = tempFolder('inbox')

test('webhooks are received, refused, put aside, redriven and replayed over a file that is opened again', async () => {
  const acquirer = createAcquirer()
  const keys = ephemeralKeys(systemRuntime().random)
  const mail = Promise.withResolvers<RawDelivery>()
  acquirer.onWebhook((delivery) => mail.resolve(delivery))
  const open = (change: Partial<Gateway>) =>
    createFlorin({
      storage: sqlite(join(folder, 'inbox.db')),
      keys,
      onError: () => {},
      gateways: { sandbox: { ...sandbox({ acquirer }), ...change } },
    })

  const blind = await open({ parse: () => [] })
  const { id } = await blind.payments.create({
    reference: 'order-1',
    amount: '49.90',
    currency: 'EUR',
    method: { type: 'bank_transfer', token: 'tok_pending' },
  })
  acquirer.settlePending(acquirer.books().charges[0]?.id ?? '', 'approve')
  const delivery = { gateway: 'sandbox', ...(await mail.promise) }
  const forged = { ...delivery, body: Buffer.from(`${Buffer.from(delivery.body).toString()} `) }
  const refused = await blind.webhooks.receive(forged).catch((error: unknown) => error)
  expect(isFlorinError(refused, 'webhook_rejected')).toBe(true)
  expect(await blind.webhooks.receive(delivery)).toEqual({ duplicate: false, quarantined: false })
  await blind.close()

  const florin = await open({})
  const [evidence] = (await florin.webhooks.list({ state: 'rejected' })).data
  expect(Buffer.from(await florin.webhooks.body(evidence?.id ?? '')).toString()).toBe(forged.body.toString())
  const [one] = (await florin.webhooks.list({ state: 'processed' })).data
  expect((await florin.payments.get(id)).status).toBe('processing')
  const all = { from: new Date(0), to: new Date() }
  expect(await florin.webhooks.replay({ ...all, dryRun: true })).toMatchObject({ seen: 1, applied: 1 })
  expect(await florin.webhooks.redrive(one?.id ?? '')).toMatchObject({ applied: 1 })
  expect((await florin.payments.get(id)).status).toBe('succeeded')
  expect(await florin.webhooks.replay(all)).toMatchObject({ seen: 1, unchanged: 1 })
  expect(await florin.webhooks.receive(delivery)).toEqual({ duplicate: true, quarantined: false })
  expect(await florin.webhooks.counts()).toMatchObject({ waiting: { count: 0 }, rejected: { count: 1 } })
  const { chain, ledger, payments } = await florin.verify()
  expect([...chain.problems, ...ledger.problems, ...payments.problems]).toEqual([])
  await florin.close()
})
