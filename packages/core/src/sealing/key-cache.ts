import { createSecretKey, type KeyObject } from 'node:crypto'
import { type Clock, FlorinError } from '../kernel/index.ts'
import { KEY_ID } from './envelope.ts'
import type { KeyProvider, SealingKey } from './keys.ts'

/** After this a key is asked for again, behind the back of whoever uses it: how soon a rotation is noticed. */
const REFRESH_MS = 60_000
/** How soon a provider that failed is asked again: a busy host must not make an outage worse. */
const RETRY_MS = 5_000
/** After this without an answer a key is no longer used: how long an erased key can live on in this process. */
const FORGET_MS = 300_000
/** A bound for hosts with very many merchants; the least recently refreshed goes first. A key takes well below 1 kB. */
const MAX_HELD = 50_000
/** Random 96-bit IVs: NIST SP 800-38D, 8.3 allows 2^32 values a key. Half of that leaves time to rotate. */
const WORN_AT = 2 ** 31

/** A key made ready for the cipher. */
export interface Held {
  readonly id: string
  readonly idBytes: Uint8Array
  readonly key: KeyObject
}
interface ById extends Held {
  readonly since: number
  askedAt: number
}
interface Scope {
  readonly data: Held
  readonly index: KeyObject
  readonly since: number
  askedAt: number
  uses: number
}

/** The keys in use, so that sealing awaits nothing and a provider is asked once a minute, not once a value. */
export class KeyCache {
  private readonly scopes = new Map<string, Scope>()
  private readonly ids = new Map<string, ById>()
  private readonly loading = new Map<string, Promise<unknown>>()
  private readonly keys: KeyProvider
  private readonly clock: Clock
  private readonly worn: (keyId: string) => void
  private readonly wornAt: number

  constructor(keys: KeyProvider, clock: Clock, worn: (keyId: string) => void, wornAt = WORN_AT) {
    this.wornAt = wornAt
    this.keys = keys
    this.clock = clock
    this.worn = worn
  }

  /** Undefined when the merchant's keys are here. */
  ready(merchant: string): Promise<void> | undefined {
    const scope = this.scopes.get(merchant)
    const load = () => this.once(`s${merchant}`, () => this.loadScope(merchant))
    if (scope === undefined || this.clock.now() - scope.since >= FORGET_MS) return load()
    this.refresh(scope, load)
    return undefined
  }

  /** The key for a new value. */
  current(merchant: string): Held {
    const scope = this.scope(merchant)
    scope.uses += 1
    if (scope.uses === this.wornAt) this.worn(scope.data.id)
    return scope.data
  }

  index(merchant: string): KeyObject {
    return this.scope(merchant).index
  }

  /** The key of this id, if it is here. */
  now(id: string): Held | undefined {
    const held = this.ids.get(id)
    if (held === undefined || this.clock.now() - held.since >= FORGET_MS) return undefined
    this.refresh(held, () => this.once(`k${id}`, () => this.loadId(id)))
    return held
  }

  /** The key of this id, from the provider if need be. Undefined: destroyed. */
  async byId(id: string): Promise<Held | undefined> {
    const held = this.now(id)
    if (held !== undefined) return held
    await this.once(`k${id}`, () => this.loadId(id))
    return this.ids.get(id)
  }

  forget(): void {
    this.scopes.clear()
    this.ids.clear()
  }

  /** Asks again for what is no longer fresh. The key at hand is good for a while yet, so nobody waits and a failure is no failure. */
  private refresh(held: { readonly since: number; askedAt: number }, load: () => Promise<void>): void {
    const now = this.clock.now()
    if (now - held.since < REFRESH_MS || now - held.askedAt < RETRY_MS) return
    held.askedAt = now
    load().catch(() => {})
  }

  private scope(merchant: string): Scope {
    const scope = this.scopes.get(merchant)
    if (scope !== undefined) return scope
    throw new FlorinError('internal', `the keys of merchant '${merchant}' are not loaded: await ready() before sealing`)
  }

  private once(name: string, load: () => Promise<void>): Promise<void> {
    const running = this.loading.get(name) as Promise<void> | undefined
    if (running !== undefined) return running
    const started = load().finally(() => this.loading.delete(name))
    this.loading.set(name, started)
    return started
  }

  private async loadScope(merchant: string): Promise<void> {
    const [current, index] = await Promise.all([this.keys.current({ merchant }), this.keys.index({ merchant })])
    const since = this.clock.now()
    const data = hold(current)
    const before = this.scopes.get(merchant)
    const uses = before?.data.id === data.id ? before.uses : 0
    put(this.scopes, merchant, { data, index: hold(index).key, since, askedAt: since, uses })
    put(this.ids, data.id, { ...data, since, askedAt: since })
  }

  private async loadId(id: string): Promise<void> {
    const found = await this.keys.byId(id)
    const since = this.clock.now()
    if (found === undefined) this.ids.delete(id)
    else put(this.ids, id, { ...hold(found), since, askedAt: since })
  }
}

/** Newest last, so that the first is the one to go. */
const put = <T>(map: Map<string, T>, name: string, value: T): void => {
  map.delete(name)
  map.set(name, value)
  if (map.size > MAX_HELD) for (const oldest of map.keys()) return void map.delete(oldest)
}

const hold = ({ id, key }: SealingKey): Held => {
  if (!KEY_ID.test(id)) {
    throw new FlorinError(
      'configuration',
      `the key provider gave a key whose id is not 1 to 200 printable ASCII characters`,
    )
  }
  if (key.length !== 32) {
    throw new FlorinError(
      'configuration',
      `the key provider gave key '${id}' with ${key.length} bytes: AES-256 takes 32`,
    )
  }
  // A KeyObject: with raw bytes every cipher would import the key anew, which was measured at ten times the cost of the cipher.
  return { id, idBytes: Buffer.from(id, 'latin1'), key: createSecretKey(key) }
}
