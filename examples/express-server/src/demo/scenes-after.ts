import { SANDBOX_BANK_ACCOUNTS } from '@florin/testkit'
import type { Scene } from './story.ts'
import type { World } from './world.ts'

/** A payment whose money a buyer's bank takes back: the dispute as Florin has it, and as the acquirer does. */
const disputed = async (world: World, amount: string) => {
  const { api, acquirer, order, example, chargeOf, eventually } = world
  const { body: paid } = await api.create(order('tok_approve', { amount }).body)
  const opened = acquirer.dashboard.openDispute(await chargeOf(paid.id))
  const { disputes } = example.florin
  const [dispute] = await eventually(
    async () => (await disputes.list({ payment: paid.id })).data,
    ([one]) => one !== undefined && one.withdrawn === amount && one.gatewayFee !== '0.00',
  )
  if (dispute === undefined) throw new Error('nobody heard of the dispute')
  return { paid, dispute, opened, disputes }
}

const won: Scene<World> = {
  title: 'A buyer’s bank takes money back, and gives it back to who proves',
  async play(world, { say, check }) {
    const { paid, dispute, opened, disputes } = await disputed(world, '80.00')
    say(`A chargeback of 80.00 over ${paid.id}: ${dispute.status}, until ${dispute.evidenceDueAt?.slice(0, 10)}.`)
    check('the money is frozen, and the gateway has taken it', dispute.frozen === '80.00', dispute)
    const refund = await world.api.act(paid.id, 'refunds', {})
    check('it cannot be refunded, too: nobody is paid twice', refund.body.code === 'invalid_state', refund.body)
    await disputes.submitEvidence(dispute.id, { texts: { explanation: 'Delivered on May 3rd, signed for.' } })
    const sent = await world.eventually(
      () => disputes.get(dispute.id),
      ({ status }) => status === 'evidence_submitted',
    )
    say('The evidence is stored sealed, and sent by background work.')
    check('the bank has the answer', sent.status === 'evidence_submitted', sent)
    world.acquirer.dashboard.decideDispute(opened.id, 'won')
    const ended = await world.eventually(
      () => disputes.get(dispute.id),
      ({ status, frozen }) => status === 'won' && frozen === '0.00',
    )
    check('it is won, and nothing is frozen any more', ended.status === 'won' && ended.withdrawn === '0.00', ended)
  },
}

const lost: Scene<World> = {
  title: 'Another dispute is lost',
  async play(world, { say, check }) {
    const { paid, dispute, opened, disputes } = await disputed(world, '30.00')
    world.acquirer.dashboard.decideDispute(opened.id, 'lost')
    const ended = await world.eventually(
      () => disputes.get(dispute.id),
      ({ status, frozen }) => status === 'lost' && frozen === '0.00',
    )
    say(`It cost 30.00, ${ended.gatewayFee} that the gateway charged, and ${ended.fee} that the platform charges.`)
    check('the money is gone', ended.status === 'lost' && ended.lost === '30.00', ended)
    const payment = await world.api.payment(paid.id)
    check('the payment says so, and stays paid', payment.status === 'succeeded', payment)
  },
}

const exchanged: Scene<World> = {
  title: 'A buyer pays in dollars, the merchant gets euros',
  async play({ api, order, example }, { say, check }) {
    const quote = await example.florin.fx.quote({ from: 'USD', to: 'EUR', amount: '100.00' })
    say(`100.00 USD for ${quote.buy} EUR, at ${quote.rate}, good for a minute and for one use.`)
    const sale = { amount: '100.00', currency: 'USD', settle: { currency: 'EUR', quote: quote.id } }
    const { body: paid } = await api.create(order('tok_approve', sale).body)
    check('the merchant has what was promised', paid.settle?.amount === quote.buy, paid)
    const { body: again } = await api.create(order('tok_approve', sale).body)
    check('a quote is good once', again.code === 'invalid_state', again)
    const { body: back } = await api.act(paid.id, 'refunds', { amount: '25.00' })
    say(`25.00 USD go back, at the same rate: ${back.settle?.amount} EUR are left.`)
    check('it is converted back', back.refunded === '25.00', back)
    const exposure = await example.florin.fx.exposure()
    check('what the platform is exposed to stands in its trading accounts', exposure.length > 0, exposure)
  },
}

const settled: Scene<World> = {
  title: 'The night comes: what was taken is settled',
  async play({ example, keep }, { say, check }) {
    const { settlements, wallets } = example.florin
    const before = (await wallets.get()).balances.find(({ currency }) => currency === 'EUR')
    await settlements.run({ plan: 'nightly' })
    const { data } = await settlements.list({ limit: 10 })
    const one = data.find(({ currency }) => currency === 'EUR')
    if (one === undefined) return check('there is a settlement in euros', false, data)
    const texts: Record<string, string> = { json: '', csv: '', html: '' }
    for (const format of ['json', 'csv', 'html'] as const)
      for await (const piece of await settlements.statement(one.id, { format })) texts[format] += piece
    say(
      `${one.lines} lines: ${one.captures} captured, ${one.refunds} refunded, ${one.disputes} disputed, ${one.fees} fees.`,
    )
    say(`${one.paid} EUR become available, ${one.reserved} stay in reserve for 90 days.`)
    check('the wallet had just that pending', before?.pending === one.due, [before, one])
    check('what is due is what is paid, reserved and carried', one.state === 'completed', one)
    const statement = keep('florin-demo-settlement.html', texts.html ?? '')
    say(`The statement: ${statement}`)
    check('the page tells what is paid', (texts.html ?? '').includes(one.paid), one.paid)
    const after = (await wallets.get()).balances.find(({ currency }) => currency === 'EUR')
    check('it is available now', after?.available === one.paid && after?.reserved === one.reserved, after)
  },
}

const bounced: Scene<World> = {
  title: 'One payout arrives, another one bounces',
  async play({ example, bank, eventually }, { say, check }) {
    const { payouts, wallets } = example.florin
    const available = async () => (await wallets.get()).balances.find(({ currency }) => currency === 'EUR')?.available
    const account = await payouts.destinations.add({ name: 'Ada Lovelace', iban: SANDBOX_BANK_ACCOUNTS.pays })
    const order = { currency: 'EUR', amount: '60.00', destination: account.id }
    const before = await available()
    const first = await payouts.create({ ...order, reference: 'week-47' })
    const again = await payouts.create({ ...order, reference: 'week-47' })
    check('ordered twice it is one payout', again.id === first.id, again)
    const second = await payouts.create({ ...order, reference: 'week-48' })
    const paid = await eventually(
      async () => [await payouts.get(first.id), await payouts.get(second.id)],
      (both) => both.every(({ status }) => status === 'paid'),
    )
    check(
      'both are paid',
      paid.every(({ status }) => status === 'paid'),
      paid,
    )
    bank.bounce(second.id, 'AC04')
    say('The bank returns the second: the account is closed (AC04). A statement will tell; until then nobody knows.')
    check('the money left', (await available()) !== before, before)
  },
}

/** What comes after the payments. */
export const AFTER: readonly Scene<World>[] = [won, lost, exchanged, settled, bounced]
