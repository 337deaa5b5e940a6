import type { PaymentView } from './view.ts'

/** A payment as a flow answers: the view, or the frozen JSON of an earlier one, byte for byte. */
export type Result = { readonly view: PaymentView } | { readonly body: string }

export const shown = (view: PaymentView): Result => ({ view })

/** The answer as an object. */
export const viewIn = (result: Result): PaymentView =>
  'view' in result ? result.view : (JSON.parse(result.body) as PaymentView)

/** The answer's JSON: of a replay, the very bytes of the first answer. */
export const bodyOf = (result: Result): string => ('view' in result ? JSON.stringify(result.view) : result.body)
