import { createFlorin, ephemeralKeys, systemRuntime } from '@florin/core'
import { memoryStorage } from '@florin/core/memory'
import { parseAmount, type StatementReader } from '@florin/core/statements'
import { sandbox } from '@florin/testkit'

/** A reader of one's own: lines of `id,kind,amount,fee,reference,payout`. Those of Stripe, Adyen and banks are packages. */
const sandboxReport: StatementReader = {
  format: 'sandbox.csv',
  async *read(bytes) {
    let text = ''
    for await (const part of bytes) text += new TextDecoder().decode(part) // short files only: a real reader streams
    for (const [index, row] of text.trim().split('\n').entries()) {
      const [id = '', kind, amount = '', fee = '', attempt = '', batch = ''] = row.split(',')
      const gross = parseAmount(amount, 'EUR')
      const kept = parseAmount(fee, 'EUR')
      const references = { attempt, gatewayId: null, parentGatewayId: null, batch, endToEnd: null }
      const money = { currency: 'EUR', gross, fee: kept, net: gross - kept, presentment: null }
      const when = { occurredAt: Date.now(), valueAt: Date.now() }
      if (kind === 'capture') yield [{ is: 'line', line: index + 1, id, kind, ...money, ...when, references, text: '' }]
      else yield [{ is: 'malformed', line: index + 1, why: `'${kind}' is no kind of line` }]
    }
  },
}

/** A report with a capture that we know, one that we do not, and a line that cannot be read. */
export const reconcile = async () => {
  const florin = await createFlorin({
    storage: memoryStorage(),
    keys: ephemeralKeys(systemRuntime().random), // with a storage that lasts: keys that last
    gateways: { sandbox: sandbox() },
  })
  const method = { type: 'card', token: 'tok_approve' } as const
  const payment = await florin.payments.create({ reference: 'order-1001', amount: '49.90', currency: 'EUR', method })
  const { attempts } = await florin.payments.timeline(payment.id)
  const capture = attempts.find(({ kind }) => kind === 'capture')

  const report = [
    `l1,capture,49.90,0.75,${capture?.id},po_1`,
    'l2,capture,12.00,0.20,att_of_another_shop,po_1',
    'l3,sculpture,1.00,0.00,,po_1',
  ]
  const run = await florin.reconciliation.ingest({
    source: { gateway: 'sandbox', account: 'default' },
    reader: sandboxReport,
    bytes: new TextEncoder().encode(report.join('\n')), // of a large file: () => createReadStream(path)
    onMalformed: 'report',
  })

  const { data } = await florin.reconciliation.breaks.list()
  for (const { id, suggestion } of data) {
    await florin.reconciliation.breaks.assign(id, { owner: 'op_17' })
    const note = 'The gateway confirms: a sale of our other shop, which it takes back.'
    if (suggestion) await florin.reconciliation.breaks.resolve(id, { how: 'post', by: 'op_17', note })
  }
  const left = await florin.reconciliation.breaks.list()
  await florin.close()
  return { run, found: data, left: left.data }
}
