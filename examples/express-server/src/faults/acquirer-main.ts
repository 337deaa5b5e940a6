import { createAcquirer, type Fault, startSandboxServer } from '@florin/testkit'

/*
 * The sandbox acquirer in a process of its own, which is never killed: what it says happened, happened. Its parent talks to it over
 * IPC; everybody else over HTTP.
 */

/** What the parent asks. */
export type Question =
  | { readonly ask: 'books'; readonly references: readonly string[] }
  | { readonly ask: 'faults'; readonly faults: readonly Fault[] }

const { FAULTS_WEBHOOK_URL: webhookUrl = '', FAULTS_WEBHOOK_SECRET: webhookSecret = '' } = process.env

const acquirer = createAcquirer({ webhookSecret, pendingMs: 300, slowMs: 400 })
const server = await startSandboxServer({ acquirer, webhookUrl })

const answer = (question: Question): unknown => {
  if (question.ask === 'books')
    return { books: acquirer.books(), effects: question.references.map((reference) => acquirer.effects(reference)) }
  acquirer.clearFaults()
  for (const fault of question.faults) acquirer.fail(fault)
  return {}
}

process.on('message', (message) => process.send?.(answer(message as Question)))
process.on('disconnect', () => process.exit(0))
process.send?.({ ready: server.url })
