import type { Machine } from '../kernel/index.ts'

/** A quote is good for one conversion, or one payment. That it expired is told by its date. */
export const QUOTE = {
  open: { use: 'used' },
  used: {},
} as const satisfies Machine<'open' | 'used', 'use'>

/** What is held of a pair, against the threshold from which on it should be hedged. */
export const HEDGE = {
  within: { exceed: 'exceeded' },
  exceeded: { ease: 'within' },
} as const satisfies Machine<'within' | 'exceeded', 'exceed' | 'ease'>
