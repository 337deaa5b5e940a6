import assert from 'node:assert/strict'
import { type DisputeAnswer, type DisputeCommand, isFlorinError } from '@florin/core/gateways'
import { type CaseRun, type CaseRuns, worldly } from '../case-run.ts'
import type { DISPUTE_CASES } from '../catalogue/dispute-cases.ts'
import { type DisputeWorld, disputable, disputeFault, reportsOf, standingOf } from '../disputing.ts'
import { documentOf, leavesOf, withLeaf } from '../json-leaves.ts'

/** A case with a charge that can be disputed; where no webhooks are, there is nothing to look at. */
const disputed = (body: (given: DisputeWorld) => Promise<void>): CaseRun =>
  worldly(async (world) => {
    const given = await disputable(world)
    if (given !== null) await body(given)
  })

const half = ({ charge }: DisputeWorld): bigint => charge.command.amount / 2n

const open = ({ hooks, world, charge }: DisputeWorld, amount: bigint): string =>
  hooks.open(world.provider, charge.target, amount)

/** What was told must be about the dispute, the charge and its money. */
const expectAbout = async (given: DisputeWorld, dispute: string): Promise<void> => {
  const { charge, names } = given
  const facts = await given.facts()
  assert.ok(facts.length > 0, 'no webhook says anything about a dispute')
  for (const fact of facts) {
    assert.equal(fact.dispute, dispute, `a fact of ${fact.report} names the dispute ${fact.dispute}`)
    const known = fact.attempt === charge.command.attempt || names.includes(fact.charge ?? '')
    assert.ok(known, `a fact of ${fact.report} names neither the charge’s attempt nor its id`)
    const money = fact.amount === null || fact.currency === charge.command.currency
    assert.ok(money, `a fact of ${fact.report} has the currency ${fact.currency}`)
    assert.ok(fact.occurredAt !== null, `a fact of ${fact.report} has no time: facts come in any order`)
    assert.equal(disputeFault(fact), null, `a fact of ${fact.report} cannot be relied on: ${disputeFault(fact)}`)
  }
}

const expectEnd = async (given: DisputeWorld, report: string): Promise<void> => {
  const facts = await given.facts()
  const standing = standingOf(facts)?.report
  assert.equal(
    standing,
    report,
    `a dispute that is ${report} is told as ${standing ?? 'two things at once'} (${reportsOf(facts)})`,
  )
  const backwards = [...facts].reverse()
  assert.equal(standingOf(backwards)?.report, report, 'the order of the facts says how the dispute ended')
}

const told = async ({ facts }: DisputeWorld, report: string): Promise<boolean> =>
  (await facts()).some((fact) => fact.report === report)

const expectSafe = (answer: DisputeAnswer, what: string): void =>
  assert.ok(answer.effect !== 'rejected', `${what} a second time is rejected, and the first time may have done it`)

/** An act, the very bytes once more, and the act as if nobody knew of the first. */
const actTwice = async (given: DisputeWorld, command: DisputeCommand): Promise<void> => {
  const { answer, exchanges } = await given.perform(command)
  const seen = answer.effect === 'rejected' ? `rejected (${answer.code})` : answer.effect
  assert.equal(answer.effect, 'applied', `a plain ${command.kind} is ${seen}`)
  const keys = exchanges.map(({ request }) => JSON.stringify(request))
  assert.equal(new Set(keys).size, keys.length, `the ${command.kind} sends the same request twice`)
  expectSafe((await given.perform(command)).answer, command.kind)
}

const codeOf = (act: () => unknown): string => {
  try {
    act()
    return 'accepted'
  } catch (error) {
    return isFlorinError(error) ? error.code : 'an error that is no FlorinError'
  }
}

const NOTHING = [
  { status: 200, headers: {}, body: '' },
  { status: 200, headers: {}, body: '{}' },
  { status: 200, headers: {}, body: '<html>It works!</html>' },
  { status: 204, headers: {}, body: '' },
  { status: 301, headers: { location: '/' }, body: '' },
  { status: 400, headers: {}, body: 'no' },
  { status: 500, headers: {}, body: '{}' },
  { status: 503, headers: { 'retry-after': '1' }, body: '' },
] as const

/** Cases of disputes. */
export const disputeCases: CaseRuns<keyof typeof DISPUTE_CASES> = {
  'disputes.told': disputed(async (given) => {
    const amount = half(given)
    const dispute = open(given, amount)
    await expectAbout(given, dispute)
    const facts = await given.facts()
    const gone = facts.filter(({ report }) => report === 'withdrawn')
    assert.ok(gone.length > 0, `a chargeback that took its money is told as ${reportsOf(facts)}`)
    for (const fact of gone)
      assert.equal(fact.amount, amount, `of a chargeback of ${amount}, ${fact.amount} is told to be gone`)
    assert.equal(gone[0]?.stage, 'chargeback', `a chargeback is told as the stage ${gone[0]?.stage}`)
    const { provider } = given.world
    const book = provider.books().find(({ id }) => given.names.includes(id))
    if (book?.disputed !== undefined)
      assert.equal(book.disputed, amount, 'the double’s books say something else: mend the harness')
  }),
  'disputes.inquiry': disputed(async (given) => {
    const { hooks, world, charge } = given
    const dispute = hooks.inquire?.(world.provider, charge.target) ?? assert.fail('the harness opens no inquiry')
    await expectAbout(given, dispute)
    const facts = await given.facts()
    assert.ok(!(await told(given, 'withdrawn')), 'an inquiry is told to have taken money')
    assert.ok(
      facts.every(({ stage }) => stage === 'inquiry'),
      'an inquiry is told as another stage',
    )
    assert.equal(standingOf(facts)?.report, 'opened', `an inquiry that waits is told as ${reportsOf(facts)}`)
  }),
  'disputes.won': disputed(async (given) => {
    const amount = half(given)
    const dispute = open(given, amount)
    given.hooks.decide(given.world.provider, dispute, 'won')
    await expectAbout(given, dispute)
    await expectEnd(given, 'won')
    const facts = await given.facts()
    const [gone, back] = ['withdrawn', 'reinstated'].map((name) => facts.find(({ report }) => report === name))
    assert.ok(back, `a dispute that was won is told as ${reportsOf(facts)}: its money did not come back`)
    assert.equal(back.amount, amount, `of a chargeback of ${amount}, ${back.amount} is told to come back`)
    assert.ok((back.occurredAt ?? 0) >= (gone?.occurredAt ?? 0), 'its money came back before it was gone')
  }),
  'disputes.lost': disputed(async (given) => {
    const dispute = open(given, half(given))
    given.hooks.decide(given.world.provider, dispute, 'lost')
    await expectAbout(given, dispute)
    await expectEnd(given, 'lost')
    assert.ok(!(await told(given, 'reinstated')), 'the money of a dispute that was lost is told to come back')
  }),
  'disputes.parse_pure': disputed(async (given) => {
    const { port, world } = given
    given.hooks.decide(world.provider, open(given, half(given)), 'won')
    const mail = await world.mailbox.collect()
    const once = mail.map(({ body, account }) => port.parse(body, account))
    const again = [...mail].reverse().map(({ body, account }) => port.parse(body, account))
    assert.deepEqual(again.reverse(), once, 'a body says something else when it is parsed again')
  }),
  'disputes.apart': disputed(async (given) => {
    const { port, world } = given
    const before = await given.facts()
    assert.deepEqual(before, [], 'a webhook about a charge says something about a dispute')
    const seen = (await world.mailbox.collect()).length
    open(given, half(given))
    const mail = (await world.mailbox.collect()).slice(seen)
    assert.ok(mail.length > 0, 'the double announces no dispute')
    for (const { body, account } of mail) {
      const commands = world.gateway.parse(body, account)
      if (port.parse(body, account).length === 0) continue // of the charge, which changed by it
      const [fact] = commands
      assert.equal(commands.length, 0, `a webhook about a dispute says something about a ${fact?.of ?? 'command'}`)
    }
  }),
  'disputes.malformed': disputed(async (given) => {
    const { port, world } = given
    open(given, half(given))
    const mail = (await world.mailbox.collect()).filter(({ body, account }) => port.parse(body, account).length > 0)
    for (const { body, account } of mail) {
      const text = Buffer.from(body).toString('utf8')
      const cut = Buffer.from(text.slice(0, text.length >> 1))
      const codes = [codeOf(() => port.parse(cut, account)), codeOf(() => world.gateway.parse(cut, account))]
      assert.ok(codes.includes('webhook_rejected'), 'half a body is read, and lost: neither `parse` throws')
      const document = documentOf(text)
      if (document === undefined || document === null) continue
      for (const leaf of leavesOf(document))
        for (const value of [null, '', -1, 1e300, {}, 'x'.repeat(300)]) {
          const changed = Buffer.from(withLeaf(document, leaf, value))
          const where = `a body whose ${leaf.path.join('.')} is ${JSON.stringify(value).slice(0, 12)}`
          const code = codeOf(() => {
            for (const fact of port.parse(changed, account))
              assert.equal(disputeFault(fact), null, `${where} gives a fact that cannot be relied on`)
          })
          assert.ok(code === 'accepted' || code === 'webhook_rejected', `${where} gives ${code}`)
        }
    }
  }),
  'disputes.request': disputed(async (given) => {
    const { port, world } = given
    const dispute = open(given, half(given))
    const kinds = port.accept ? (['submit_evidence', 'accept_dispute'] as const) : (['submit_evidence'] as const)
    for (const kind of kinds) {
      const command = given.command(kind, dispute, half(given))
      const bytes = JSON.stringify(port.request(command))
      assert.equal(
        JSON.stringify(port.request(structuredClone(command))),
        bytes,
        `a ${kind} gives other bytes each time`,
      )
      for (const secret of world.harness.secrets)
        assert.ok(!bytes.includes(secret), `the request of a ${kind} holds a secret`)
    }
  }),
  'disputes.submit': disputed(async (given) => {
    const dispute = open(given, half(given))
    await actTwice(given, given.command('submit_evidence', dispute, half(given)))
    assert.ok(await told(given, 'under_review'), `after evidence it is told: ${reportsOf(await given.facts())}`)
    await expectEnd(given, 'under_review')
  }),
  'disputes.resent': disputed(async (given) => {
    const dispute = open(given, half(given))
    const command = given.command('submit_evidence', dispute, half(given))
    const { answer, exchanges } = await given.perform(command, { resent: true })
    const seen = answer.effect === 'rejected' ? `rejected (${answer.code})` : answer.effect
    assert.equal(answer.effect, 'applied', `a submission each request of which was sent again is ${seen}`)
    assert.ok(exchanges.length % 2 === 0, 'a request was not sent again')
    await expectEnd(given, 'under_review')
  }),
  'disputes.accept': disputed(async (given) => {
    if (!given.port.accept) return
    const dispute = open(given, half(given))
    await actTwice(given, given.command('accept_dispute', dispute, half(given)))
    const standing = standingOf(await given.facts())?.report ?? 'two things at once'
    assert.ok(standing === 'accepted' || standing === 'lost', `a dispute that was accepted is told as ${standing}`)
  }),
  'disputes.answers': disputed(async (given) => {
    const dispute = open(given, half(given))
    const kinds = given.port.accept ? (['submit_evidence', 'accept_dispute'] as const) : (['submit_evidence'] as const)
    for (const kind of kinds)
      for (const response of NOTHING) {
        const command = given.command(kind, dispute, half(given))
        const { effect } = given.port.read(response, command, 0, {})
        assert.equal(
          effect,
          'unknown',
          `the answer ${response.status} '${response.body.slice(0, 20)}' to a ${kind} is ${effect}`,
        )
      }
  }),
}
