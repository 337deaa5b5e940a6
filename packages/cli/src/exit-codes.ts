import { isFlorinError } from '@florin/core'

/** What the command's exit codes mean; part of its interface. */
export const EXIT = {
  fine: 0,
  /** It worked, and found something: pending steps, books that do not agree, a damaged file, a schema that is too new. */
  problem: 1,
  /** The command or a setting is wrong; nothing was done. */
  usage: 2,
  /** The database cannot be reached or used now; later it may. */
  unreachable: 3,
  /** Something that should not happen. */
  broken: 4,
} as const

/** One of them. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** A command line that cannot be followed; the message says why. */
export class WrongUsage extends Error {}

/** The exit code for an error. */
export const exitCodeOf = (error: unknown): ExitCode => {
  if (error instanceof WrongUsage || isFlorinError(error, 'configuration')) return EXIT.usage
  if (isFlorinError(error, 'storage_unavailable')) return EXIT.unreachable
  if (isFlorinError(error, 'storage_corrupt') || isFlorinError(error, 'schema_newer')) return EXIT.problem
  return EXIT.broken
}
