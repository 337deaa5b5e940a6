/** What every fault says about how often it strikes. */
interface Timed {
  readonly times?: number
}

/** The armed faults of a provider's double, oldest first; each request meets at most one. */
export class ArmedFaults<Fault extends Timed, Subject> {
  readonly #armed = new Set<{ readonly fault: Fault; left: number }>()
  readonly #matches: (fault: Fault, subject: Subject) => boolean

  constructor(matches: (fault: Fault, subject: Subject) => boolean) {
    this.#matches = matches
  }

  get idle(): boolean {
    return this.#armed.size === 0
  }

  /** Strikes once unless the fault says how often. Returns a function that disarms it. */
  arm(fault: Fault): () => void {
    const armed = { fault, left: fault.times ?? 1 }
    this.#armed.add(armed)
    return () => void this.#armed.delete(armed)
  }

  clear(): void {
    this.#armed.clear()
  }

  take(subject: Subject): Fault | undefined {
    for (const armed of this.#armed) {
      if (!this.#matches(armed.fault, subject)) continue
      armed.left -= 1
      if (armed.left <= 0) this.#armed.delete(armed)
      return armed.fault
    }
    return undefined
  }
}
