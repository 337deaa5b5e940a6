import type { Decline } from '@florin/core/gateways'
import { ADVICE_CLASSES, CANCELED, REFUSAL_REASONS, type RefusalReason, UNKNOWN_REFUSAL } from './refusal-reasons.ts'

/** What a refused payment says about why. */
export interface Refusal {
  readonly resultCode: 'Refused' | 'Error' | 'Cancelled'
  readonly refusalReasonCode: string | undefined
  /** `additionalData.merchantAdviceCode`, as Adyen gives it: `03 : Do not try again`. */
  readonly merchantAdvice: string | undefined
}

const CODE = /^[0-9]{1,4}$/

/** The two digits before the text. */
const adviceOf = (text: string | undefined): string | null => /^\s*([0-9]{2})(?:\s|:|$)/.exec(text ?? '')?.[1] ?? null

/** Adyen's refusal as Florin's decline. Adyen's own text is not repeated: it may hold anything. */
export const declineOf = ({ resultCode, refusalReasonCode, merchantAdvice }: Refusal): Decline => {
  const code = refusalReasonCode !== undefined && CODE.test(refusalReasonCode) ? refusalReasonCode : null
  const listed = code === null ? undefined : REFUSAL_REASONS.get(code)
  const known: RefusalReason = listed ?? (resultCode === 'Cancelled' ? CANCELED : UNKNOWN_REFUSAL)
  const networkAdvice = adviceOf(merchantAdvice)
  const advised = networkAdvice === null ? undefined : ADVICE_CLASSES.get(networkAdvice)
  return {
    // Advice on when to try again does not excuse fraud, nor a fault that is ours.
    class: advised === undefined || known.class === 'configuration' || known.class === 'fraud' ? known.class : advised,
    code: known.code,
    gatewayCode: code ?? resultCode.toLowerCase(),
    networkAdvice,
    message: known.message,
  }
}
