import type { Command } from './command-line.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import type { Output } from './output.ts'
import type { Target } from './target.ts'

const counted = (steps: number): string => (steps === 1 ? '1 step' : `${steps} steps`)

const plan = async ({ name, storage: { migrations } }: Target, { json }: Command, output: Output): Promise<void> => {
  const sql = await migrations.plan()
  if (json) {
    const { pending } = await migrations.status()
    output.line(JSON.stringify({ ok: true, database: name, dryRun: true, pending, sql }))
  } else output.line(sql === '' ? `-- nothing to do: the schema of ${name} is up to date` : sql.trimEnd())
}

/** Brings the schema up to date, or says what that would take. */
export const runMigrate = async (target: Target, command: Command, output: Output): Promise<ExitCode> => {
  if (command.dryRun) {
    await plan(target, command, output)
    return EXIT.fine
  }
  const { name, storage } = target
  const began = performance.now()
  const taken = await storage.migrations.apply(
    ({ number, name: step }) => command.json || output.progress(`taking step ${number}: ${step} …\n`, false),
  )
  await storage.migrate() // beside steps, e.g. what a restore into another server asks for
  const ms = Math.round(performance.now() - began)
  if (command.json) output.line(JSON.stringify({ ok: true, database: name, dryRun: false, taken, ms }))
  else if (taken.length === 0) output.line(`${name} is up to date: nothing to do`)
  else output.line(`${name}: ${counted(taken.length)} taken in ${ms} ms; the schema is up to date`)
  return EXIT.fine
}
