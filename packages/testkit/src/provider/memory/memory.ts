import { createHash, randomBytes } from 'node:crypto'
import { type Clock, type Random, type Scheduler, systemRuntime } from '@florin/core'
import { type Journal, openJournal } from '../../journal/index.ts'
import type { WebhookSink } from '../../sandbox/webhooks/outbox.ts'

/** Somebody at the double's page. */
export interface AtPage {
  readonly method: string
  readonly url: string
  readonly body: string
}

/**
 * All by which a double changes: what it is asked, what is answered at its page, and what falls due. Each is whole and synchronous, and uses no
 * clock and no chance but the memory's, so that the same acts in the same order make the same double.
 */
export interface Acts<Asked, Exchange, Page> {
  ask(asked: Asked): Exchange
  atPage(page: AtPage): Page | null
  due(): void
}

type Entry<Asked> =
  | { readonly do: 'begin'; readonly seed: string }
  | { readonly do: 'ask'; readonly at: number; readonly asked: Asked }
  | { readonly do: 'page'; readonly at: number; readonly page: AtPage }
  | { readonly do: 'due'; readonly at: number }
  | { readonly do: 'told'; readonly webhook: string }

/** A double's memory in a file, which outlives its process. */
export interface Memory<Asked> {
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Repeats itself at each start, secrets included. */
  readonly random: Random
  /** Does again what the file tells of, and gives the acts that go on being written down. */
  remember<Exchange, Page>(acts: Acts<Asked, Exchange, Page>): Acts<Asked, Exchange, Page>
  /** The same sink, which gets no webhook that was taken before, and every other one. */
  tellOnce(sink: WebhookSink): WebhookSink
  close(): void
}

/** Nobody can guess it who has not seen the seed, and it is the same for the same seed. */
const hashedRandom = (seed: string): Random => {
  let made = 0
  return {
    bytes(size) {
      const out = Buffer.alloc(size)
      for (let at = 0; at < size; at += 32) {
        made += 1
        createHash('sha256').update(`${seed} ${made}`).digest().copy(out, at)
      }
      return new Uint8Array(out)
    },
  }
}

/** The system's clock, except that time can be held at an instant: the one that the file says. */
const holdableClock = () => {
  const system = systemRuntime().clock
  let held: number | null = null
  return {
    clock: { now: () => held ?? system.now() } satisfies Clock,
    during: <T>(at: number, act: () => T): T => {
      held = at
      try {
        return act()
      } finally {
        held = null
      }
    },
  }
}

const digestOf = (body: Uint8Array): string => createHash('sha256').update(body).digest('base64url')

/** What was taken in an earlier life is made anew with the rest, and not told again. */
const tellingOnce = <Asked>({ entries, append }: Journal<Entry<Asked>>) => {
  const told = new Set(entries.map((entry) => (entry.do === 'told' ? entry.webhook : '')))
  return (sink: WebhookSink): WebhookSink =>
    async (delivery) => {
      const webhook = digestOf(delivery.body)
      if (told.has(webhook)) return
      await sink(delivery)
      append({ do: 'told', webhook })
    }
}

/** Opens a double's memory. Throws `configuration` where the file is damaged or cannot be used. */
export const openMemory = <Asked>(file: string, whose: string): Memory<Asked> => {
  const begin = (): Entry<Asked> => ({ do: 'begin', seed: randomBytes(16).toString('hex') })
  const journal = openJournal<Entry<Asked>>(file, { whose, begin })
  const [first] = journal.entries
  const { clock, during } = holdableClock()
  /** The instant in the file must be the very one that the double decides by, or it could decide otherwise the next time. */
  const written = <T>(entry: (at: number) => Entry<Asked>, act: () => T, changes: (done: T) => boolean): T => {
    const at = clock.now()
    const done = during(at, act)
    if (changes(done)) journal.append(entry(at)) // before anybody is answered
    return done
  }
  return {
    clock,
    scheduler: systemRuntime().scheduler,
    random: hashedRandom(first?.do === 'begin' ? first.seed : ''),
    remember(acts) {
      for (const entry of journal.entries) {
        if (entry.do === 'ask') during(entry.at, () => acts.ask(entry.asked))
        if (entry.do === 'page') during(entry.at, () => acts.atPage(entry.page))
        if (entry.do === 'due') during(entry.at, () => acts.due())
      }
      const always = (): boolean => true
      return {
        ask: (asked) =>
          written(
            (at) => ({ do: 'ask', at, asked }),
            () => acts.ask(asked),
            always,
          ),
        atPage: (page) =>
          written(
            (at) => ({ do: 'page', at, page }),
            () => acts.atPage(page),
            (done) => done !== null && page.method !== 'GET',
          ),
        due: () =>
          written(
            (at) => ({ do: 'due', at }),
            () => acts.due(),
            always,
          ),
      }
    },
    tellOnce: tellingOnce(journal),
    close: () => journal.close(),
  }
}
