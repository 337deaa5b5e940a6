import type { Command } from './command-line.ts'
import { EXIT, type ExitCode, WrongUsage } from './exit-codes.ts'
import type { Output } from './output.ts'
import { install } from './target.ts'

/** Prints what a role has to be granted. Asks no database: whoever owns the tables runs it. */
export const runGrants = async (command: Command, output: Output): Promise<ExitCode> => {
  const { role, schema, profile, json } = command
  if (role === undefined) throw new WrongUsage('--role is missing: the role that the application servers connect as')
  const { grantsFor } = await install('@florin/storage-postgres', () => import('@florin/storage-postgres'))
  const sql = grantsFor({ role, ...(schema !== undefined && { schema }), ...(profile !== undefined && { profile }) })
  output.line(json ? JSON.stringify({ ok: true, role, sql }) : sql.trimEnd())
  return EXIT.fine
}
