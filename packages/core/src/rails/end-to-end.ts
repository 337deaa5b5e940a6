import { type Id, isId } from '../kernel/index.ts'

/** A payout's id as banks carry it: without the underscore, which the character sets of banks do not have. At most 35 characters. */
export const endToEndOf = (payout: Id<'pot'>): string => payout.replace('_', '-')

/** The payout that a bank's reference names, however the bank wrote it (banks like capitals); undefined where it names none. */
export const payoutOfReference = (reference: string): Id<'pot'> | undefined => {
  const plain = reference.trim().toLowerCase().replace('-', '_')
  return isId('pot', plain) ? plain : undefined
}
