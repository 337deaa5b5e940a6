import { monthOf, volumeTermsOf } from '../../fees/index.ts'
import { balances } from '../../ledger/index.ts'
import { formatAmount } from '../../money/index.ts'
import type { Reading } from '../context.ts'
import { scheduleAt } from './schedules.ts'

/** What a merchant has captured in a month, as its fees count it. Decimal strings. */
export interface FeeVolumeView {
  readonly object: 'fee_volume'
  /** `2026-11`, in the zone of the schedule. */
  readonly month: string
  /** Only what was counted: from the moment on at which servers knew of a schedule that goes by it. */
  readonly volumes: readonly { readonly currency: string; readonly amount: string }[]
}

const PAGE = 1_000 // more than there are currencies

/** Reads a month's volume; of the month that it is now, where none is named. */
export const volumeOfMonth = async (
  context: Reading,
  merchant: string,
  { month, at }: { readonly month: string | null; readonly at: number },
): Promise<FeeVolumeView> => {
  const asked = month ?? (await thisMonth(context, merchant, at))
  const { rows } = await balances(context.storage, merchant, { under: `volume/${asked}`, limit: PAGE })
  const volumes = rows.map(({ currency, posted }) => ({ currency, amount: formatAmount(posted, currency) }))
  return { object: 'fee_volume', month: asked, volumes }
}

const thisMonth = async (context: Reading, merchant: string, at: number): Promise<string> => {
  const row = await scheduleAt(context, merchant, at)
  return monthOf((row === undefined ? null : volumeTermsOf(row.schedule))?.zone ?? 'UTC', at)
}
