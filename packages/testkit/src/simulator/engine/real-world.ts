import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

/** The machine's own, taken before anything can be forbidden: the simulator's one way out. */
export const realImmediate: (task: () => void) => unknown = setImmediate
export const realNow: () => number = performance.now.bind(performance)

const forbidden = (name: string) => (): never => {
  throw new Error(
    `${name} was called in a simulation: the same seed would not give the same run; take it from the runtime instead`,
  )
}

const RealDate = Date

/** A `Date` that can say what a given instant looks like, and not which instant it is. */
class TimelessDate extends RealDate {
  constructor(...given: readonly unknown[]) {
    if (given.length === 0) forbidden('new Date()')()
    super(...(given as [number]))
  }
  static override now(): never {
    return forbidden('Date.now')()
  }
}

type Restore = () => void

const replaceIn = <T extends object>(holder: T, name: keyof T & string, by: unknown): Restore => {
  const was = Object.getOwnPropertyDescriptor(holder, name)
  Object.defineProperty(holder, name, { value: by, configurable: true, writable: true })
  return () => {
    if (was === undefined) Reflect.deleteProperty(holder, name)
    else Object.defineProperty(holder, name, was)
  }
}

const GLOBALS = ['setTimeout', 'setInterval', 'setImmediate'] as const
const CHANCE = ['randomUUID', 'randomBytes', 'randomFillSync', 'randomFill', 'randomInt'] as const

const forbid = (): Restore => {
  const restores: Restore[] = [
    replaceIn(globalThis, 'Date', TimelessDate),
    replaceIn(Math, 'random', forbidden('Math.random')),
  ]
  for (const name of GLOBALS) restores.push(replaceIn(globalThis, name, forbidden(name)))
  for (const name of CHANCE) restores.push(replaceIn(crypto, name, forbidden(`crypto.${name}`)))
  const web = globalThis.crypto
  restores.push(replaceIn(web, 'randomUUID', forbidden('crypto.randomUUID')))
  restores.push(replaceIn(web, 'getRandomValues', forbidden('crypto.getRandomValues')))
  syncBuiltinESMExports() // `import { randomBytes } from 'node:crypto'` meets the same
  return () => {
    for (const restore of restores.reverse()) restore()
    syncBuiltinESMExports()
  }
}

let users = 0
let release: Restore = () => {}

/**
 * Forbids the real clock, timers and chance in this process while `work` runs: whatever asks for them throws. Simulations may overlap; the
 * last one to end gives everything back.
 */
export const withoutRealWorld = async <T>(work: () => Promise<T>): Promise<T> => {
  if (users === 0) release = forbid()
  users += 1
  try {
    return await work()
  } finally {
    users -= 1
    if (users === 0) release()
  }
}
