import { type VerifyProgress, type VerifyReport, verifyStorage } from '@florin/core'
import type { Command } from './command-line.ts'
import { EXIT, type ExitCode, WrongUsage } from './exit-codes.ts'
import { readHead, saveHead } from './head-file.ts'
import { createProgress, type Output } from './output.ts'
import type { Target } from './target.ts'

const requireSchema = async ({ name, storage }: Target): Promise<void> => {
  const { pending } = await storage.migrations.status()
  if (pending.length === 0) return storage.migrate() // takes no step: it makes the storage ready
  throw new WrongUsage(`the schema of ${name} is not up to date: run 'florin migrate' first`)
}

const progressText = ({ part, rows }: VerifyProgress): string => `verifying: ${part}, ${rows} rows read`

const mark = (ok: boolean): string => (ok ? '✓' : '✗')

const reportText = ({ chain, ledger, payments }: VerifyReport, name: string): string => {
  const { accounts, transactions, entries } = ledger.checked
  const waiting = chain.unsealed === 0 ? '' : `, ${chain.unsealed} without a position yet`
  const all = [
    ...chain.problems.map(({ kind, subject, position, detail }) => `${kind} at ${subject ?? position}: ${detail}`),
    ...ledger.problems.map(({ kind, message }) => `${kind}: ${message}`),
    ...payments.problems.map(({ payment, what }) => `${payment}: ${what}`),
  ]
  const count = chain.problemCount + ledger.problemCount + payments.problemCount
  const more = count > all.length ? [`  … and ${count - all.length} more`] : []
  return [
    name,
    `${mark(chain.ok)} chain     ${chain.events} events in ${chain.seals} seals${waiting}`,
    `${mark(ledger.ok)} ledger    ${transactions} transactions, ${entries} entries, ${accounts} accounts`,
    `${mark(payments.ok)} payments  ${payments.payments} payments`,
    `head        ${chain.head.length} ${chain.head.hash}`,
    ...(count === 0 ? [] : [`${count} problems:`]),
    ...all.map((problem) => `  ${problem}`),
    ...more,
  ].join('\n')
}

/** Recomputes and compares all that the database holds. */
export const runVerify = async (target: Target, command: Command, output: Output): Promise<ExitCode> => {
  const expectHead = command.expectHead === undefined ? undefined : readHead(command.expectHead)
  await requireSchema(target)
  await target.checkIntegrity()
  const progress = createProgress(output)
  const report = await verifyStorage(target.storage, {
    ...(expectHead !== undefined && { expectHead }),
    onProgress: (step) => command.json || progress.tell(() => progressText(step)),
  })
  progress.end()
  output.line(command.json ? JSON.stringify({ database: target.name, ...report }) : reportText(report, target.name))
  if (!report.ok) return EXIT.problem
  if (command.saveHead !== undefined) saveHead(command.saveHead, report.chain.head)
  return EXIT.fine
}
