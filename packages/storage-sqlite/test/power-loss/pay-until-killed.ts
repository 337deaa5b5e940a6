// Takes payments on a SQLite file and gives some of the money back, until somebody kills it. What it was told it writes down the moment
// it is told, in a file beside the database, where the recorder of the disk sees both in one order.
import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createFlorin, localKeys, type PaymentView } from '@florin/core'
import { sqlite } from '@florin/storage-sqlite'
import { createAcquirer, sandbox } from '@florin/testkit'
import { DATABASE, TOLD, type Told } from './told.ts'

const [folder = '', keys = '', life = '', atOnce = '1'] = process.argv.slice(2)
const told = openSync(join(folder, TOLD), 'a')
const say = (key: string, { id, status, captured, refunded }: PaymentView): void =>
  void writeSync(told, `${JSON.stringify({ key, id, status, captured, refunded } satisfies Told)}\n`)

const florin = await createFlorin({
  storage: sqlite(join(folder, DATABASE)),
  keys: localKeys({ file: keys }),
  gateways: { sandbox: sandbox({ acquirer: createAcquirer() }) },
})

const pay = async (key: string, nth: number): Promise<void> => {
  const token = nth % 4 === 3 ? 'tok_do_not_honor' : 'tok_approve'
  const amount = `${10 + (nth % 90)}.90`
  const payment = await florin.payments.create(
    { reference: key, amount, currency: 'EUR', method: { type: 'card', token } },
    { idempotencyKey: key },
  )
  say(key, payment)
  if (payment.status !== 'succeeded' || nth % 3 !== 0) return
  await florin.payments.refund(payment.id, { amount: '5.00' }, { idempotencyKey: `${key} back` })
  say(key, await florin.payments.get(payment.id))
}

const buyer = async (name: number): Promise<never> => {
  for (let nth = 0; ; nth += 1) await pay(`life-${life}-buyer-${name}-${nth}`, nth)
}
await Promise.all(Array.from({ length: Number(atOnce) }, (_, name) => buyer(name)))
