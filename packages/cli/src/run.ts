import { readFileSync } from 'node:fs'
import { isFlorinError } from '@florin/core'
import { type Command, HELP, readCommand } from './command-line.ts'
import { EXIT, type ExitCode, exitCodeOf, WrongUsage } from './exit-codes.ts'
import { runGrants } from './grants.ts'
import { runMigrate } from './migrate.ts'
import type { Output } from './output.ts'
import { runStatus } from './status.ts'
import { openTarget } from './target.ts'
import { runVerify } from './verify.ts'

type Env = Readonly<Record<string, string | undefined>>

const ON_A_DATABASE = { migrate: runMigrate, status: runStatus, verify: runVerify } as const

const perform = async (command: Command, output: Output): Promise<ExitCode> => {
  if (command.verb === 'grants') return runGrants(command, output)
  const target = await openTarget(command)
  try {
    return await ON_A_DATABASE[command.verb](target, command, output)
  } finally {
    await target.storage.close()
  }
}

const told = (error: unknown): { readonly code: string; readonly message: string } => {
  if (error instanceof WrongUsage) return { code: 'usage', message: error.message }
  if (isFlorinError(error)) return { code: error.code, message: error.message }
  return { code: 'internal', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

const version = (): string => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

/** Runs one command line; gives its exit code. Never rejects. */
export const run = async (argv: readonly string[], env: Env, output: Output): Promise<ExitCode> => {
  try {
    const command = readCommand(argv, env)
    if (command === 'help') output.line(HELP)
    else if (command === 'version') output.line(version())
    else return await perform(command, output)
    return EXIT.fine
  } catch (error) {
    const { code, message } = told(error)
    if (argv.includes('--json')) output.line(JSON.stringify({ ok: false, code, message }))
    else output.progress(`florin: ${message}${code === 'usage' ? '\nSee florin --help.' : ''}\n`, false)
    return exitCodeOf(error)
  }
}
