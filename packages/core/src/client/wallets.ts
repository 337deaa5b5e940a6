import { z } from 'zod'
import { type FlowContext, listWallets, type PageView, type WalletView, walletOf } from '../flows/index.ts'
import { parseInput } from './gate.ts'
import { textInput } from './input.ts'

/** Which sellers' wallets to list: by name, at most 100 a page. */
export const listWalletsInput = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().max(512).optional(),
})
/** Which wallets to list, as a caller writes it. */
export type ListWalletsInput = z.input<typeof listWalletsInput>

/** Whose wallet: a seller's, or the merchant's own where none is named. */
export const walletInput = z.strictObject({ seller: textInput(64).optional() })
/** Whose wallet, as a caller writes it. */
export type WalletInput = z.input<typeof walletInput>

/** What sellers, and the merchant itself, have, and where it is. Read from the ledger's balances: there is no other record of it. */
export interface Wallets {
  /** One owner's wallet; without balances where nothing was ever booked. */
  get(input?: WalletInput): Promise<WalletView>
  /** The wallets of the merchant's sellers. */
  list(input?: ListWalletsInput): Promise<PageView<WalletView>>
}

export const createWallets = (context: Pick<FlowContext, 'storage'>, merchant: string): Wallets =>
  Object.freeze<Wallets>({
    get: async (input = {}) => walletOf(context, merchant, parseInput(walletInput, input).seller ?? null),
    list: async (input = {}) => {
      const { limit, after = null } = parseInput(listWalletsInput, input)
      return listWallets(context, merchant, { limit, after })
    },
  })
