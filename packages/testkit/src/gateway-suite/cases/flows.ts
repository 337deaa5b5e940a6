import assert from 'node:assert/strict'
import { isFlorinError, type PaymentView } from '@florin/core'
import { type CommandMethod, formatAmount } from '@florin/core/gateways'
import { type CaseRun, type CaseRuns, worldly } from '../case-run.ts'
import { type FlorinWorld, MAIL_MODES, type MailMode, openFlorin } from '../florin-world.ts'
import type { GatewayHarness } from '../harness.ts'
import type { WireFault } from '../proxy/wire-fault.ts'
import type { GatewayWorld } from '../world.ts'
import { inWorld } from '../world.ts'

/** What a host does, and how that must end. Amounts are shares of the world's amount. */
interface Story {
  /** Runs the host's calls; gives the payment's id. */
  tell(world: GatewayWorld, host: FlorinWorld): Promise<string>
  expected(world: GatewayWorld): Ending
}

interface Ending {
  readonly status: PaymentView['status']
  readonly captured: bigint
  readonly refunded: bigint
}

const FAULTS: readonly WireFault[] = [
  { how: 'reset_before' },
  { how: 'reset_after' },
  { how: 'cut_body' },
  { how: 'forge', answer: { status: 500, body: '{"error":"internal"}' } },
  { how: 'forge', answer: { status: 200, body: '{}' } },
]

const RETURNS = 3

let orders = 0

const pay = async (
  { harness, amount }: GatewayWorld,
  { florin, deliver }: FlorinWorld,
  method: CommandMethod,
  capture: 'automatic' | 'manual',
): Promise<PaymentView> => {
  orders += 1
  const { type, token, brand } = method
  const view = await florin.payments.create({
    reference: `florin-order-${orders}`,
    amount: formatAmount(amount, harness.currency),
    currency: harness.currency,
    method: { type, token, ...(brand !== undefined && { brand }) },
    capture,
    returnUrl: harness.returnUrl,
  })
  await deliver()
  return view
}

/** A call that a fault may have left behind: refused while an earlier one is open, it is made again once that is settled. */
const insist = async (host: FlorinWorld, id: string, act: () => Promise<unknown>): Promise<void> => {
  for (let tries = 0; tries < 3; tries++) {
    try {
      await act()
      return host.deliver()
    } catch (error) {
      if (!isFlorinError(error)) throw error
      await host.recover(id, (view) => view.status !== 'processing')
    }
  }
  await act()
  await host.deliver()
}

const ended =
  ({ status, captured, refunded }: Ending, currency: string) =>
  (view: PaymentView): boolean =>
    view.status === status &&
    view.captured === formatAmount(captured, currency) &&
    view.refunded === formatAmount(refunded, currency) &&
    view.captureState !== 'pending' &&
    view.refundState !== 'pending'

/** What the provider's books hold in all: nothing may stand there twice, and nothing may be left behind. */
const expectBooks = (world: GatewayWorld, { captured, refunded }: Ending, told: string): void => {
  const sum = { held: 0n, captured: 0n, refunded: 0n }
  for (const charge of world.provider.books()) {
    sum.held += charge.authorized - charge.captured
    sum.captured += charge.captured
    sum.refunded += charge.refunded
  }
  const right = { held: 0n, captured, refunded }
  const shown = Object.entries(sum).map(([name, amount]) => `${amount} ${name}`)
  assert.deepEqual(sum, right, `${told}: the provider's books say ${shown.join(', ')}, and Florin's otherwise`)
}

const runStory = async (
  harness: GatewayHarness,
  story: Story,
  mode: MailMode,
  fault: WireFault | null,
  nth: number,
): Promise<number> => {
  let requests = 0
  await inWorld(harness, async (world) => {
    const host = await openFlorin(world, mode)
    const told = fault === null ? `webhooks ${mode}` : `${fault.how} at request ${nth + 1}, webhooks ${mode}`
    try {
      if (fault !== null) world.proxy.arm(fault, nth)
      const id = await story.tell(world, host)
      requests = world.proxy.seen.length
      const ending = story.expected(world)
      const view = await host.recover(id, ended(ending, harness.currency))
      const { status, captured, refunded } = view
      const right = {
        status: ending.status,
        captured: formatAmount(ending.captured, harness.currency),
        refunded: formatAmount(ending.refunded, harness.currency),
      }
      const seen = `${told}: the payment ended ${JSON.stringify({ status, captured, refunded })}`
      assert.deepEqual({ status, captured, refunded }, right, `${seen}; right would be ${JSON.stringify(right)}`)
      await world.mailbox.collect()
      expectBooks(world, ending, told)
    } finally {
      await host.close()
    }
  })
  return requests
}

/** Without a lookup only a webhook can decide what is pending, so none may be lost for ever. */
const modesOf = (harness: GatewayHarness): Promise<readonly MailMode[]> =>
  new Promise((resolve, reject) => {
    inWorld(harness, async ({ gateway }) => {
      const { webhooks, lookupBy } = gateway.capabilities
      if (!webhooks) return resolve(['lost'])
      resolve(lookupBy.length === 0 ? MAIL_MODES.filter((mode) => mode !== 'lost') : MAIL_MODES)
    }).catch(reject)
  })

/** The story without faults in every mode, then with every fault at every request, the modes taking turns. */
const everyWay =
  (story: Story): CaseRun =>
  async (harness) => {
    const modes = await modesOf(harness)
    let requests = 0
    for (const mode of modes) requests = Math.max(requests, await runStory(harness, story, mode, null, 0))
    let turn = 0
    for (let nth = 0; nth < requests; nth++) {
      for (const fault of FAULTS) {
        const mode = modes[turn % modes.length] ?? 'prompt'
        turn += 1
        await runStory(harness, story, mode, fault, nth)
      }
    }
  }

const holds = ({ can }: GatewayWorld): boolean => can.separateCapture

const sale: Story = {
  tell: async (world, host) => (await pay(world, host, world.harness.methods.approved, 'automatic')).id,
  expected: ({ amount }) => ({ status: 'succeeded', captured: amount, refunded: 0n }),
}

const captureAndRefund: Story = {
  async tell(world, host) {
    const { amount, harness, can } = world
    const { id } = await pay(world, host, harness.methods.approved, 'manual')
    const [some, back] = partsOf(world)
    const { payments } = host.florin
    const partial = can.partialCapture ? { amount: formatAmount(some, harness.currency) } : {}
    await host.recover(id, (view) => view.status === 'authorized')
    await insist(host, id, () => payments.capture(id, partial))
    await host.recover(
      id,
      (view) => view.captured === formatAmount(can.partialCapture ? some : amount, harness.currency),
    )
    if (can.partialRefund)
      await insist(host, id, () => payments.refund(id, { amount: formatAmount(back, harness.currency) }))
    return id
  },
  expected(world) {
    const { amount, can } = world
    const [some, back] = partsOf(world)
    const refunded = can.partialRefund ? back : 0n
    return { status: 'succeeded', captured: can.partialCapture ? some : amount, refunded }
  },
}

const partsOf = ({ amount }: GatewayWorld): readonly [bigint, bigint] => [(amount * 6n) / 10n, amount / 10n]

const cancel: Story = {
  async tell(world, host) {
    const { id } = await pay(world, host, world.harness.methods.approved, 'manual')
    await host.recover(id, (view) => view.status === 'authorized')
    await insist(host, id, () => host.florin.payments.cancel(id))
    return id
  },
  expected: () => ({ status: 'canceled', captured: 0n, refunded: 0n }),
}

const challenge: Story = {
  async tell(world, host) {
    const method = world.harness.methods.challenge
    assert.ok(method, 'the harness names no challenge method')
    const { id } = await pay(world, host, method, 'automatic')
    const waiting = await host.recover(id, (view) => view.status === 'requires_action')
    assert.ok(waiting.action, `a payment that waits for the buyer is ${waiting.status}, without an action`)
    const payload = await world.provider.answerChallenge(waiting.action, 'confirm')
    // A completion that never arrived leaves the buyer waiting: the return is loaded again, as a browser would.
    for (let tries = 0; tries < RETURNS; tries++) {
      await host.florin.payments.resume(id, { payload })
      const { status } = await host.recover(id, (view) => view.status !== 'processing')
      if (status !== 'requires_action') break
    }
    return id
  },
  expected: ({ amount }) => ({ status: 'succeeded', captured: amount, refunded: 0n }),
}

const decline: Story = {
  async tell(world, host) {
    const method = world.harness.methods.declined[0]?.method
    assert.ok(method, 'the harness names no method that is declined')
    return (await pay(world, host, method, 'automatic')).id
  },
  expected: () => ({ status: 'declined', captured: 0n, refunded: 0n }),
}

/** A story that begins with a hold: nothing to tell where none can be made. */
const holding = (story: Story): CaseRun => {
  const run = everyWay(story)
  return async (harness) => {
    let possible = false
    await worldly(async (world) => {
      possible = holds(world)
    })(harness)
    if (possible) await run(harness)
  }
}

/** Cases of Florin itself on the adapter: faults and webhooks together. */
export const flowCases: CaseRuns<
  'flow.sale' | 'flow.capture_and_refund' | 'flow.cancel' | 'flow.challenge' | 'flow.decline'
> = {
  'flow.sale': everyWay(sale),
  'flow.capture_and_refund': holding(captureAndRefund),
  'flow.cancel': holding(cancel),
  'flow.challenge': everyWay(challenge),
  'flow.decline': everyWay(decline),
}
