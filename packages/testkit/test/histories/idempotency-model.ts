import type { Call, Model } from './linearizable.ts'

/** A call under a key: what it asked for, in as many words as its fingerprint has. */
export interface Asked {
  readonly fingerprint: string
}

/** What a caller was told. */
export type Told =
  /** `definitive`: an outcome that a key freezes. */
  | { readonly kind: 'answer'; readonly payment: string; readonly body: string; readonly definitive: boolean }
  | { readonly kind: 'mismatch' }
  /** `rivals`: whether another call under the key, with the same content, was on its way meanwhile, or never returned. */
  | { readonly kind: 'in_progress'; readonly rivals: boolean }
  /** Nothing happened: overloaded, storage down. */
  | { readonly kind: 'nothing' }
  /** The operation itself was refused, which no key keeps. */
  | { readonly kind: 'refused' }

/** One key. */
export interface KeyState {
  /** Null: nobody has used it. */
  readonly fingerprint: string | null
  /** Null: nobody was told yet. */
  readonly payment: string | null
  readonly frozen: string | null
}

const UNUSED: KeyState = { fingerprint: null, payment: null, frozen: null }

const answered = (state: KeyState, asked: Asked, told: Told & { kind: 'answer' }): readonly KeyState[] => {
  const { fingerprint, payment, frozen } = state
  if (fingerprint !== null && fingerprint !== asked.fingerprint) return []
  if (payment !== null && payment !== told.payment) return []
  if (frozen !== null && frozen !== told.body) return []
  return [
    {
      fingerprint: asked.fingerprint,
      payment: told.payment,
      frozen: frozen ?? (told.definitive ? told.body : null),
    },
  ]
}

/** FAILURES 3 about one key, for one caller after the other. */
export const KEY: Model<KeyState, Asked, Told> = {
  initial: UNUSED,
  name: ({ fingerprint, payment, frozen }) => `${fingerprint}|${payment}|${frozen}`,
  step: (state: KeyState, { input, output }: Call<Asked, Told>) => {
    const { fingerprint } = state
    switch (output?.kind) {
      case undefined: // it may have bound the key before its process died
        return fingerprint === null ? [{ ...UNUSED, fingerprint: input.fingerprint }] : [state]
      case 'answer':
        return answered(state, input, output)
      case 'mismatch':
        return fingerprint !== null && fingerprint !== input.fingerprint ? [state] : []
      case 'in_progress':
        // It tells that somebody is at work on the very same, if only on repeating its outcome; nothing of what the key holds.
        return output.rivals ? [state] : []
      case 'nothing':
        return [state]
      case 'refused':
        return fingerprint === null ? [state] : []
    }
  },
}
