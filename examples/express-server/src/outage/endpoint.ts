import { join } from 'node:path'
import type { Trouble } from '@florin/testkit'
import { type Child, startChild } from '../faults/child.ts'
import type { ToldCharge } from '../provider/control.ts'

/** A provider's process, which can be killed, started again, and put in trouble. */
export interface Endpoint {
  readonly name: 'stripe' | 'adyen'
  /** What the shop is to be started with; the same after a restart. */
  readonly env: Readonly<Record<string, string>>
  set(trouble: Trouble): Promise<void>
  books(): Promise<readonly ToldCharge[]>
  /** As `kill -9`. */
  kill(): Promise<void>
  /** Starts it where it was, with the books that it had. */
  startAgain(): Promise<void>
  stop(): Promise<void>
}

const asJson = async (response: Response): Promise<unknown> => {
  const body = (await response.json()) as { readonly detail?: string }
  if (!response.ok) throw new Error(`the provider's control answered ${response.status}: ${body.detail}`)
  return body
}

/** Starts a provider's process, whose webhooks go to `shop`, with a journal in `folder` and an environment of its own. */
export const startEndpoint = async (
  name: Endpoint['name'],
  shop: string,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Endpoint> => {
  const start = (port: string, control: string): Promise<Child> =>
    startChild('../provider-main.ts', env, [
      name,
      '--shop',
      shop,
      '--journal',
      join(folder, `${name}.jsonl`),
      '--port',
      port,
      '--control',
      control,
    ])
  let child: Child | null = await start('0', '0')
  const control = String(child.said.control)
  const port = new URL(child.ready).port
  return {
    name,
    env: child.said.env as Readonly<Record<string, string>>,
    async set(trouble) {
      const headers = { 'content-type': 'application/json' }
      await asJson(await fetch(`${control}/trouble`, { method: 'POST', headers, body: JSON.stringify({ trouble }) }))
    },
    books: async () => ((await asJson(await fetch(`${control}/books`))) as { readonly data: ToldCharge[] }).data,
    async kill() {
      await child?.kill()
      child = null
    },
    async startAgain() {
      child ??= await start(port, new URL(control).port)
    },
    async stop() {
      await child?.stop()
      child = null
    },
  }
}
