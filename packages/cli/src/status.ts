import type { Command } from './command-line.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import type { Output } from './output.ts'
import type { Target } from './target.ts'

const MOST_COUNTED = 1_000

const instant = (at: number): string => new Date(at).toISOString()

/** Says which steps the schema has taken and how many events still wait for their position. Pending steps are a problem. */
export const runStatus = async ({ name, storage }: Target, { json }: Command, output: Output): Promise<ExitCode> => {
  const { schema, taken, pending } = await storage.migrations.status()
  const ok = pending.length === 0
  if (ok) await storage.migrate() // takes no step: it makes the storage ready
  const unsealed = ok ? (await storage.unsealed(MOST_COUNTED)).length : null
  if (json) {
    output.line(JSON.stringify({ ok, database: name, schema, taken, pending, unsealed }))
    return ok ? EXIT.fine : EXIT.problem
  }
  const missing = pending.length === 1 ? '1 step is missing' : `${pending.length} steps are missing`
  const lines = [
    `database  ${name}`,
    `schema    ${ok ? 'up to date' : `${missing}: run 'florin migrate'`}`,
    ...taken.map(({ number, name: step, at }) => `  ${number} ${step}  taken ${instant(at)}`),
    ...pending.map(({ number, name: step }) => `  ${number} ${step}  missing`),
  ]
  if (unsealed !== null) {
    const many = unsealed === MOST_COUNTED ? `${unsealed} or more` : `${unsealed}`
    lines.push(`events    ${many} without a position yet`)
  }
  output.line(lines.join('\n'))
  return ok ? EXIT.fine : EXIT.problem
}
