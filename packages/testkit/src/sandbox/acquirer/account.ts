import type { Charge, Operation } from './charge.ts'
import { Keys } from './idempotency.ts'
import { Recent } from './recent.ts'

/** How often a mutating request came under a reference, and how often that had an effect on money. */
export interface EffectCount {
  requests: number
  effects: number
}

/** All that one account did under one reference. */
export interface Trace extends EffectCount {
  charge: Charge | null
  operation: Operation | null
  /** Second and further ones: none at an honest client, and exactly what tests must be able to see. */
  more: (Charge | Operation)[] | null
}

const isOperation = (each: Charge | Operation): each is Operation => 'charge' in each
const isCharge = (each: Charge | Operation): each is Charge => !isOperation(each)

/** One merchant account: its references and its idempotency keys are its own. */
export class Account {
  readonly name: string
  readonly keys: Keys
  readonly #traces: Recent<Trace>
  constructor(name: string, retentionMs: number, remember: number) {
    this.name = name
    this.keys = new Keys(retentionMs, remember)
    this.#traces = new Recent(remember)
  }

  trace(reference: string): Trace | undefined {
    return this.#traces.get(reference)
  }

  touch(reference: string): Trace {
    let trace = this.#traces.get(reference)
    if (trace === undefined) {
      trace = { requests: 0, effects: 0, charge: null, operation: null, more: null }
      this.#traces.set(reference, trace)
    }
    return trace
  }

  addCharge(charge: Charge): void {
    const trace = this.touch(charge.reference)
    if (trace.charge === null) trace.charge = charge
    else trace.more = [...(trace.more ?? []), charge]
  }

  addOperation(operation: Operation, reference: string): void {
    const trace = this.touch(reference)
    trace.effects += 1
    if (trace.operation === null) trace.operation = operation
    else trace.more = [...(trace.more ?? []), operation]
  }

  chargesOf(reference: string): readonly Charge[] {
    const trace = this.#traces.get(reference)
    if (trace === undefined || trace.charge === null) return []
    return trace.more === null ? [trace.charge] : [trace.charge, ...trace.more.filter(isCharge)]
  }

  operationsOf(reference: string): readonly Operation[] {
    const trace = this.#traces.get(reference)
    if (trace === undefined || trace.operation === null) return []
    return trace.more === null ? [trace.operation] : [trace.operation, ...trace.more.filter(isOperation)]
  }
}
