import { type Id, isId } from '../kernel/index.ts'

/** A payout's id as banks carry it: without the underscore, which the character sets of banks do not have. At most 35 characters. */
export const endToEndOf = (payout: Id<'pot'>): string => payout.replace('_', '-')

/** A file's id as banks carry it, and of a batch in it with its number from 1. */
export const batchName = (file: Id<'pof'>, number: number): string => `${file.replace('_', '-')}-${number}`

/** The file that a bank's reference of a batch names; undefined where it names none. */
export const fileOfBatch = (reference: string): { readonly file: Id<'pof'>; readonly batch: string } | undefined => {
  const [, id = '', number = ''] = /^pof-([0-9a-z]{26})-(\d{1,4})$/.exec(reference.trim().toLowerCase()) ?? []
  const file = `pof_${id}`
  return isId('pof', file) ? { file, batch: batchName(file, Number(number)) } : undefined
}

/** The payout that a bank's reference names, however the bank wrote it (banks like capitals); undefined where it names none. */
export const payoutOfReference = (reference: string): Id<'pot'> | undefined => {
  const plain = reference.trim().toLowerCase().replace('-', '_')
  return isId('pot', plain) ? plain : undefined
}
