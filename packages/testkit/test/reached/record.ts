import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, vi } from 'vitest'

// A setup file of all tests: it writes down which transitions of machines a test file made, and which error codes the product gave.
// `main.ts` beside it says, after a run, what nobody reached. The product knows nothing of it.

interface Reached {
  /** By the machine's table, as JSON: two of one content are one. */
  readonly moves: Map<object, Set<string>>
  readonly codes: Set<string>
}

// One for all files that share their modules: those are mocked once, by whichever file came first.
const reached = vi.hoisted((): Reached => {
  const shared = globalThis as { florinReached?: Reached }
  shared.florinReached ??= { moves: new Map(), codes: new Set() }
  return shared.florinReached
})

vi.mock('../../../core/src/kernel/machine.ts', async (load) => {
  const real = await load<typeof import('../../../core/src/kernel/machine.ts')>()
  const noting =
    <T>(move: (table: never, state: never, event: never) => T) =>
    (table: never, state: never, event: never): T => {
      const moves = reached.moves.get(table) ?? new Set()
      reached.moves.set(table, moves.add(`${state} ${event}`))
      return move(table, state, event)
    }
  return { ...real, step: noting(real.step as never), next: noting(real.next as never) }
})

/** Whether the product made an error, and not a test: by the first line of its stack that is neither this file nor the error's own. */
const byProduct = ({ stack = '' }: Error): boolean => {
  const [at = ''] = stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !/kernel\/errors\.ts|reached\/record\.ts/.test(line))
  return /\/packages\/[^/]+\/src\//.test(at) && !at.includes('.test.ts')
}

vi.mock('../../../core/src/kernel/errors.ts', async (load) => {
  const real = await load<typeof import('../../../core/src/kernel/errors.ts')>()
  class FlorinError extends real.FlorinError {
    constructor(...given: ConstructorParameters<typeof real.FlorinError>) {
      super(...given)
      if (!reached.codes.has(this.code) && byProduct(this)) reached.codes.add(this.code)
    }
  }
  return { ...real, FlorinError }
})

const FOLDER = fileURLToPath(new URL('../../../../node_modules/.cache/florin/reached', import.meta.url))

afterAll(() => {
  const file = expect.getState().testPath ?? ''
  if (reached.moves.size === 0 && reached.codes.size === 0) return
  const moves = [...reached.moves].map(([table, made]) => [JSON.stringify(table), [...made]])
  mkdirSync(FOLDER, { recursive: true })
  const name = createHash('sha256').update(file).digest('hex').slice(0, 16)
  writeFileSync(join(FOLDER, `${name}.json`), JSON.stringify({ file, moves, codes: [...reached.codes] }))
})
