import { parseArgs } from 'node:util'
import type { DeliveryView, DeliveryViewState, Florin, WorkReport } from '@florin/core'
import { WrongCommand } from '../wrong-command.ts'

/** What `--help` prints. */
export const HELP = `npm run webhooks -- <command> [options]

Looks after the webhooks that were received, in the database that the server uses (FLORIN_DB and the gateways' variables).

  counts                    how many wait, are dead, quarantined, rejected …
  list <state>              newest first: waiting, processed, ignored, dead, quarantined, rejected
  show <id>                 one delivery, and what it says; without anything personal
  body <id>                 its raw bytes, which may hold personal data
  redrive <id or state>     works on it, or on the newest of a state, again
  replay --from --to        runs everything that was received in a time through the same path again

  --gateway, --account      only these
  --limit <n>               list: at most 100; redrive: at most 1,000
  --after <cursor>          the next page of a list
  --from, --to <instant>    such as 2026-01-31T00:00:00Z
  --dry-run                 replay: say what it would do, and do nothing
  --json                    JSON, for programs
  --help                    this text

Exit code 0 when all went well, 1 when something waits or failed, 2 when the command is wrong.`

const options = {
  gateway: { type: 'string' },
  account: { type: 'string' },
  limit: { type: 'string' },
  after: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** A command line, read. */
export const readCommand = (argv: readonly string[]) => {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    return { values, positionals }
  } catch (error) {
    throw new WrongCommand((error as Error).message)
  }
}

type Command = ReturnType<typeof readCommand>

/** Where a command writes. */
export interface Output {
  line(text: string): void
  bytes(body: Uint8Array): void
}

const filterOf = ({ gateway, account, limit, after }: Command['values']) => ({
  ...(gateway !== undefined && { gateway }),
  ...(account !== undefined && { account }),
  ...(limit !== undefined && { limit: Number(limit) }),
  ...(after !== undefined && { after }),
})

const needed = (value: string | undefined, what: string): string => {
  if (value !== undefined) return value
  throw new WrongCommand(`${what} is missing`)
}

/** Runs one command; gives its exit code. Rejects with `WrongCommand`, and with what Florin refuses. */
export const runCommand = async (
  { webhooks }: Pick<Florin, 'webhooks'>,
  { values, positionals }: Command,
  out: Output,
): Promise<number> => {
  const [verb, target] = positionals
  const json = values.json === true
  const show = (value: unknown, text: () => string): void => out.line(json ? JSON.stringify(value) : text())
  const worked = (report: WorkReport): number => {
    show(report, () => reportText(report))
    return report.waiting + report.failed === 0 ? 0 : 1
  }
  switch (verb) {
    case 'counts': {
      const counts = await webhooks.counts()
      show(counts, () => countsText(counts))
      return 0
    }
    case 'list': {
      const state = needed(target, 'the state to list') as DeliveryViewState
      const page = await webhooks.list({ state, ...filterOf(values) })
      show(page, () => [...page.data.map(lineOf), ...(page.next ? [`more: --after ${page.next}`] : [])].join('\n'))
      return 0
    }
    case 'show': {
      const delivery = await webhooks.get(needed(target, 'the id to show'))
      show(delivery, () => JSON.stringify(delivery, null, 2))
      return 0
    }
    case 'body':
      out.bytes(await webhooks.body(needed(target, 'the id whose body to print')))
      return 0
    case 'redrive': {
      const given = needed(target, 'the id or state to redrive')
      const { after: _, ...filter } = filterOf(values)
      return worked(
        await webhooks.redrive(given.startsWith('whd_') ? given : { state: given as DeliveryViewState, ...filter }),
      )
    }
    case 'replay': {
      const { after: _, ...filter } = filterOf(values)
      const from = needed(values.from, '--from')
      const to = needed(values.to, '--to')
      return worked(await webhooks.replay({ ...filter, from, to, dryRun: values['dry-run'] === true }))
    }
    default:
      throw new WrongCommand(verb === undefined ? 'a command is missing' : `there is no command '${verb}'`)
  }
}

const lineOf = ({ id, state, gateway, account, receivedAt, tries, note, nextTryAt }: DeliveryView): string =>
  [id, receivedAt, state, `${gateway}/${account}`, `tries ${tries}`, note, nextTryAt && `next ${nextTryAt}`]
    .filter((part) => part !== null)
    .join('  ')

const countsText = (counts: Awaited<ReturnType<Florin['webhooks']['counts']>>): string =>
  Object.entries(counts)
    .map(([state, { count, more, oldest }]) =>
      [state.padEnd(12), `${count}${more ? '+' : ''}`, oldest && `oldest ${oldest}`].filter(Boolean).join('  '),
    )
    .join('\n')

const reportText = ({ seen, applied, unchanged, waiting, failed, problems }: WorkReport): string =>
  [
    `${seen} seen: ${applied} applied, ${unchanged} unchanged, ${waiting} waiting, ${failed} failed`,
    ...problems.map(({ delivery, note, message }) => `  ${delivery}  ${note}${message === null ? '' : `: ${message}`}`),
  ].join('\n')
