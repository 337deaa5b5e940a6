import type { MerchantApi } from '@florin/core'
import type { DisputeAct } from '../world/provider.ts'
import { type Cells, rowsOf } from '../world/rows.ts'
import type { Simulation } from '../world/simulation.ts'

/** What happens to a disputed payment: at its bank and in dashboards, or by the merchant's own act here. */
type Chapter = DisputeAct | 'submit_here' | 'accept_here'

/** Which of these a payment goes through, its amount decides: no dice, so that the plans of seeds stay what they are. */
const STORIES: readonly (readonly Chapter[])[] = [
  ['open', 'answer', 'lose'],
  ['open', 'submit_here', 'win', 'arbitrate', 'lose', 'win'],
  ['ask', 'escalate', 'submit_here', 'lose'],
  ['open_part', 'accept_here'],
  ['open', 'win', 'open_part', 'lose'],
]
const EVERY = 2 // payments of which one is disputed
/** After the buyer's own story a bank goes on for so many turns. */
export const BANK_TURNS = 6

/** A payment's disputes, one chapter at a time, for as long as somebody does something about the payment. */
export class DisputeStory {
  readonly #simulation: Simulation
  #chapter = 0

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  /** Whether there is more to come. */
  isOpen(amountMinor: number): boolean {
    return this.#next(amountMinor) !== undefined
  }

  #next(amountMinor: number): Chapter | undefined {
    if (amountMinor % EVERY !== 0) return undefined
    return STORIES[Math.floor(amountMinor / EVERY) % STORIES.length]?.[this.#chapter]
  }

  /** The next chapter, where the state of things allows it. `act` calls Florin for the merchant. */
  async goOn(
    merchant: string,
    payment: string,
    amountMinor: number,
    act: (what: (api: MerchantApi) => Promise<unknown>) => Promise<unknown>,
  ): Promise<void> {
    const chapter = this.#next(amountMinor)
    if (chapter === undefined) return
    if (chapter === 'submit_here' || chapter === 'accept_here') {
      const [dispute] = await rowsOf(this.#simulation.inner, 'disputes', { merchant }).then((all) =>
        all.filter((one) => one.payment === payment && one.state !== 'won' && one.state !== 'lost'),
      )
      if (dispute === undefined) return
      const id = String(dispute.id)
      await act((api) =>
        chapter === 'accept_here'
          ? api.disputes.accept(id)
          : api.disputes.submitEvidence(id, { texts: { explanation: 'It was delivered.' } }),
      )
      this.#chapter += 1
      return
    }
    if (await this.#atTheBank(merchant, payment, chapter)) this.#chapter += 1
  }

  async #atTheBank(merchant: string, payment: string, act: DisputeAct): Promise<boolean> {
    const { inner, providers } = this.#simulation
    const [winner] = await rowsOf(inner, 'payment_winners', { merchant, payment })
    const attempts: readonly Cells[] = await rowsOf(inner, 'attempts', { merchant, payment })
    const attempt = attempts.find((one) => one.id === winner?.attempt)
    const provider = providers.get(String(attempt?.gateway))
    const charge = provider?.charges().find((one) => one.reference === attempt?.id)
    if (charge === undefined || provider?.dispute?.(act, charge.id) !== true) return false
    this.#simulation.note(`dispute ${act} ${charge.id}`)
    return true
  }
}
