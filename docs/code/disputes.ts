import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { sandbox } from '@florin/testkit'

const openShop = async () => {
  const gateway = sandbox()
  const { acquirer } = gateway
  const florin = await createFlorin({
    storage: memoryStorage(),
    keys: ephemeralKeys(systemRuntime().random), // with a storage that lasts: keys that last
    gateways: { sandbox: gateway },
    disputes: {
      acceptBelow: { EUR: '10.00' }, // chargebacks of less are given up at once: an answer costs more
      submitStoredBeforeHours: 24, // a day before the deadline, what is stored is submitted; absent: never by itself
      warnBeforeHours: 72, // `dispute.evidence_due_soon` is told three days before the deadline; 72 if absent
      fee: { EUR: '20.00' }, // what the merchant is charged for a chargeback
    },
  })
  acquirer.onWebhook(async (delivery) => void (await florin.webhooks.receive({ gateway: 'sandbox', ...delivery })))
  return { florin, acquirer }
}

export const answerOne = async () => {
  const { florin, acquirer } = await openShop()
  const method = { type: 'card', token: 'tok_approve' } as const
  const { id } = await florin.payments.create({ reference: 'order-1001', amount: '100.00', currency: 'EUR', method })

  acquirer.dashboard.openDispute(acquirer.books().charges[0]?.id ?? '') // the buyer's bank
  await acquirer.webhooksIdle()
  await florin.tick()

  const { data } = await florin.disputes.list({ status: 'evidence_due' })
  const dispute = data[0]?.id ?? ''
  await florin.disputes.addEvidence(dispute, {
    texts: { explanation: 'Delivered on May 3rd, signed for by the buyer.', shipping_tracking: '1Z999' },
    files: [
      {
        kind: 'shipping_documentation',
        name: 'note.pdf',
        contentType: 'application/pdf',
        bytes: Buffer.from('%PDF-1.7 signed for'),
      },
    ],
  })
  await florin.disputes.submitEvidence(dispute) // or florin.disputes.accept(dispute)
  for (let turn = 0; turn < 3; turn++) await florin.tick() // with florin.start() this happens by itself
  const answered = await florin.disputes.get(dispute)

  acquirer.dashboard.decideDispute(answered.gatewayId, 'won')
  await acquirer.webhooksIdle()
  await florin.tick()
  const won = await florin.disputes.get(dispute)
  const payment = await florin.payments.get(id)
  await florin.close()
  return { answered, won, payment }
}
