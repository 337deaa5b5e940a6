import { checkPlace, newestPosition, type Place } from '../../ledger/index.ts'
import type { FlowContext } from '../context.ts'

/** Whose books a report is about; null: everybody's. */
export interface Scope {
  readonly merchant: string | null
  /** As of which position of the event stream; null: the newest when the report begins. */
  readonly position: number | null
}

const PARTITION = 0

/** The key of what a scan is to read. */
export const equalsOf = ({ merchant }: Scope): { readonly merchant?: string } => (merchant === null ? {} : { merchant })

/** The place that a report is as of. Throws `invalid_request` for a position that has not come yet. */
export const placeOf = async ({ storage }: FlowContext, { position }: Scope): Promise<Place> => {
  if (position === null) return { partition: PARTITION, position: await newestPosition(storage, PARTITION) }
  const place = { partition: PARTITION, position }
  await checkPlace(storage, place)
  return place
}
