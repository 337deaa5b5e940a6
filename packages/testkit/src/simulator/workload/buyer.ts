import { type Florin, formatAmount, type MerchantApi, type PaymentView, parseAmount } from '@florin/core'
import type { Life } from '../plan/plan.ts'
import type { Paying, Step } from '../plan/steps.ts'
import type { Callers, Ended } from '../world/callers.ts'
import { type Cells, rowsOf } from '../world/rows.ts'
import type { Simulation } from '../world/simulation.ts'
import { decideRequests } from './approvals.ts'
import { CANARY_PAN } from './canary.ts'
import { actInDashboard, captureByDefault } from './dashboard.ts'
import { BANK_TURNS, DisputeStory } from './dispute.ts'
import { payOut } from './paying-out.ts'
import { settleMerchant } from './settling.ts'
import { agreeOnFees, settleIn } from './terms.ts'

type Do<D extends string> = Step extends infer S
  ? S extends { readonly do: infer N }
    ? D extends N
      ? S
      : never
    : never
  : never
type MoneyStep = Do<'capture'>

const BANK_WAIT_MS = 700

/** One buyer's story, told step by step through whatever servers are up. */
export class Buyer {
  readonly #simulation: Simulation
  readonly #callers: Callers
  readonly #life: Life
  #payment: string | null = null
  #reference = ''
  #amountMinor = 0
  readonly #story: DisputeStory
  #stored = new Map<string, string>()

  constructor(simulation: Simulation, callers: Callers, life: Life) {
    this.#simulation = simulation
    this.#callers = callers
    this.#life = life
    this.#story = new DisputeStory(simulation)
  }

  async live(): Promise<void> {
    for (const [index, step] of this.#life.steps.entries()) {
      await this.#take(step, `${this.#life.name}-${index}`)
      await this.#disputed(step)
    }
    for (let turn = 0; turn < BANK_TURNS && this.#story.isOpen(this.#amountMinor); turn++) {
      await this.#wait(BANK_WAIT_MS)
      await this.#disputed(null)
    }
  }

  #take(step: Step, name: string): Promise<unknown> {
    switch (step.do) {
      case 'create':
        return this.#create(step)
      case 'retry':
        return this.#retry(step)
      case 'capture':
      case 'refund':
        return this.#move(step)
          .then(() => this.#approvals(step))
          .then(() => this.#settle())
      case 'cancel':
        return this.#operate('cancel', step, '', (id, options) => (api) => api.payments.cancel(id, options))
      case 'increment':
        return this.#increment(step)
      case 'challenge':
        return this.#challenge(step)
      case 'read':
        return this.#read()
      case 'elsewhere':
        return this.#elsewhere(step)
      case 'wait':
        return this.#wait(step.ms)
      case 'canary':
        return this.#canary(step.field, name)
      case 'redrive':
        return this.#plain('redrive', (_, florin) => florin.webhooks.redrive({ state: 'processed', limit: 5 }))
      case 'review':
        return this.#review()
    }
  }

  /** Banks dispute some payments, whatever the buyer does meanwhile. */
  async #disputed(step: Step | null): Promise<void> {
    if (step?.do === 'create') this.#amountMinor = step.amountMinor
    if (this.#payment === null) return
    const { merchant } = this.#life
    await this.#story.goOn(merchant, this.#payment, this.#amountMinor, (what) => this.#plain('dispute', what))
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#simulation.time.after(ms, resolve))
  }

  async #method({ type, token, stored }: Paying): Promise<{ paymentMethod: string } | object> {
    const tokens = Object.fromEntries([...this.#simulation.providers.keys()].map((name) => [name, token]))
    if (stored === undefined) return { type, tokens }
    const kept = this.#stored.get(token)
    if (kept !== undefined) return { paymentMethod: kept }
    const attached = await this.#plain('attach', async (api) => {
      const customer = await api.customers.create({ name: 'A Buyer', email: 'buyer@shop.test' })
      const instrument = { network: stored, last4: '4242' }
      return api.paymentMethods.attach(customer.id, { method: { type, tokens }, instrument })
    })
    if (attached.how !== 'answered') return { type, tokens }
    this.#stored.set(token, attached.value.id)
    return { paymentMethod: attached.value.id }
  }

  #plain<T>(scope: string, run: (api: MerchantApi, florin: Florin) => Promise<T>): Promise<Ended<T>> {
    return this.#callers.once<T>({ merchant: this.#life.merchant, scope, key: null, content: '', run })
  }

  /** The same call from several callers at once; one of them may be about something else. */
  async #several<T>(
    copies: number,
    call: () => Promise<Ended<T>>,
    more: readonly Promise<unknown>[] = [],
  ): Promise<Ended<T>> {
    const all = Array.from({ length: copies }, call)
    await Promise.all([...all, ...more])
    const ends = await Promise.all(all)
    return ends.find((one) => one.how === 'answered') ?? (ends[0] as Ended<T>)
  }

  async #create(step: Do<'create'>): Promise<void> {
    const { currency, capture, orders, copies, whenDown, reference } = step
    this.#reference = reference
    const { terms } = this.#simulation.plan.setUp
    if (terms) await agreeOnFees(this.#callers, this.#life.merchant)
    const method = await this.#method(step.paying)
    const each = Math.floor(step.amountMinor / Math.max(1, orders))
    const total = orders > 1 ? each * orders : step.amountMinor
    const text = (minor: number): string => formatAmount(BigInt(minor), currency as 'EUR')
    const input = (amount: number) => ({
      reference,
      amount: text(amount),
      currency,
      method,
      capture,
      returnUrl: 'https://shop.test/return',
      ...(terms && orders <= 1 && settleIn(currency, total)),
      ...(whenDown !== undefined && { whenDown }),
      ...(orders > 1 && {
        orders: Array.from({ length: orders }, (_, i) => ({
          reference: `${reference}-${i}`,
          seller: `seller_${i}`,
          amount: text(amount / orders),
        })),
      }),
    })
    const key = step.key ?? `reference ${reference}`
    const options = step.key === null ? {} : { idempotencyKey: step.key }
    const creating = (amount: number) =>
      this.#callers.insist({
        merchant: this.#life.merchant,
        scope: 'create',
        key,
        content: `${reference} ${amount} ${currency} ${capture} ${JSON.stringify(method)}`,
        run: (api): Promise<PaymentView> => api.payments.create(input(amount) as never, options),
      })
    const other = step.mismatch ? [creating(total + Math.max(1, orders))] : []
    const ended = await this.#several(copies, () => creating(total), other)
    if (ended.how === 'answered') this.#payment = ended.value.id
    else await this.#find()
    if (this.#payment !== null)
      await captureByDefault(this.#simulation, this.#life.merchant, this.#payment, step.amountMinor)
  }

  /** What a host does that lost its answer: it looks for its own reference. */
  async #find(): Promise<void> {
    const found = await this.#plain('list', (api) => api.payments.list({ reference: this.#reference }))
    if (found.how === 'answered') this.#payment = found.value.data[0]?.id ?? this.#payment
  }

  async #view(): Promise<PaymentView | null> {
    const id = this.#payment
    if (id === null) return null
    const got = await this.#plain('get', (api) => api.payments.get(id))
    return got.how === 'answered' ? got.value : null
  }

  async #operate(
    what: 'capture' | 'cancel' | 'refund' | 'increment' | 'retry',
    { key, copies }: { readonly key: string | null; readonly copies: number },
    content: string,
    act: (id: string, options: { idempotencyKey?: string }) => (api: MerchantApi) => Promise<PaymentView>,
  ): Promise<void> {
    const id = this.#payment
    if (id === null) return
    const options = key === null ? {} : { idempotencyKey: key }
    const { merchant } = this.#life
    const call = () => this.#callers.insist({ merchant, scope: `${what} ${id}`, key, content, run: act(id, options) })
    await this.#several(key === null ? 1 : copies, call)
  }

  async #retry(step: Do<'retry'>): Promise<void> {
    const method = await this.#method(step.paying)
    await this.#operate(
      'retry',
      step,
      JSON.stringify(method),
      (id, options) => (api) => api.payments.retry(id, { method } as never, options),
    )
  }

  async #move(step: MoneyStep): Promise<void> {
    const view = await this.#view()
    if (view === null) return
    const { currency } = view
    const most = parseAmount(step.do === 'capture' ? view.capturable : view.refundable, currency as 'EUR')
    const part = (most * BigInt(step.percent)) / 100n
    const whole = step.percent >= 100 || part === 0n
    const amount = whole ? undefined : formatAmount(part, currency as 'EUR')
    const input = {
      ...(amount !== undefined && { amount }),
      ...(step.do === 'capture' && { final: step.final || whole }),
    }
    await this.#operate(
      step.do,
      step,
      JSON.stringify(input),
      (id, options) => (api) =>
        step.do === 'capture' ? api.payments.capture(id, input, options) : api.payments.refund(id, input, options),
    )
  }

  async #settle(): Promise<void> {
    if (!this.#simulation.plan.setUp.settles) return
    const { merchant } = this.#life
    await settleMerchant(this.#callers, merchant)
    for (const seller of [null, 'seller_0']) await payOut(this.#callers, merchant, seller)
  }

  /** Whether a refund releases anything means nothing to it: here it says what people think of it. */
  async #approvals({ do: verb, final, percent, copies }: MoneyStep): Promise<void> {
    const { merchant } = this.#life
    if (verb !== 'refund' || this.#payment === null || !this.#simulation.plan.setUp.approvals) return
    const approve = final || percent >= 100
    await decideRequests(this.#callers, { merchant, payment: this.#payment, approve, people: copies })
  }

  async #increment(step: Do<'increment'>): Promise<void> {
    const view = await this.#view()
    if (view === null) return
    const total = parseAmount(view.authorized, view.currency as 'EUR') + BigInt(step.byMinor)
    const amount = formatAmount(total, view.currency as 'EUR')
    await this.#operate(
      'increment',
      step,
      amount,
      (id, options) => (api) => api.payments.increment(id, { amount }, options),
    )
  }

  /** The payment's attempts as they are committed: what a bank's page knows by its own means. */
  async #attempts(): Promise<readonly Cells[]> {
    if (this.#payment === null) return []
    const equals = { merchant: this.#life.merchant, payment: this.#payment }
    return rowsOf(this.#simulation.inner, 'attempts', equals)
  }

  async #challenge({ result }: Do<'challenge'>): Promise<void> {
    const id = this.#payment
    if (id === null || result === 'leave') return
    for (const attempt of await this.#attempts()) {
      const provider = this.#simulation.providers.get(String(attempt.gateway))
      const charge = provider?.charges().find((one) => one.reference === attempt.id && one.challenged)
      if (provider === undefined || charge === undefined) continue
      const payload = provider.challenge(charge.id, result)
      await this.#plain('resume', (api) => api.payments.resume(id, { payload }))
      return
    }
  }

  async #read(): Promise<void> {
    const id = this.#payment
    if (id === null) return
    await this.#plain('refresh', (api) => api.payments.get(id, { refresh: true }))
    await this.#plain('timeline', (api) => api.payments.timeline(id))
  }

  async #elsewhere(step: Do<'elsewhere'>): Promise<void> {
    if (this.#payment === null) return
    await actInDashboard(this.#simulation, this.#life.merchant, this.#payment, step)
    await this.#wait(1) // of two acts at one instant nobody can say which was the later one
  }

  async #canary(field: Do<'canary'>['field'], name: string): Promise<void> {
    const text = `card ${CANARY_PAN}`
    const input = {
      reference: field === 'reference' ? text : `canary ${name}`,
      amount: '1.00',
      currency: 'EUR',
      method: { type: 'card', token: field === 'token' ? CANARY_PAN : 'tok_approve' },
      ...(field === 'metadata' && { metadata: { note: text } }),
      ...(field === 'description' && { description: text }),
    }
    const ended =
      field === 'reason'
        ? await this.#plain('canary', (api) => api.payments.refund('pay_0', { reason: text }))
        : await this.#plain('canary', (api) => api.payments.create(input as never))
    if (ended.how === 'answered') this.#simulation.records.leaks.push(field)
  }

  async #review(): Promise<void> {
    const listed = await this.#plain('reviews', (api) => api.reviews.list({ limit: 5 }))
    if (listed.how !== 'answered') return
    for (const { payment } of listed.value.data) await this.#plain('review', (api) => api.reviews.get(payment))
  }
}
