/** What a retry budget is made of. */
export interface RetryBudgetSettings {
  /** What each call adds: 0.1 lets one retry follow ten calls. */
  readonly budgetShare: number
  /** What there is at the start. */
  readonly budgetStart: number
  /** What can be saved up. */
  readonly budgetMost: number
}

/**
 * Keeps retries a small share of all calls: where everything fails, everything would be retried, and a gateway in trouble would get
 * several times its usual load. Calls pay in, retries take out. Counts only, so no clock is needed.
 */
export class RetryBudget {
  readonly #settings: RetryBudgetSettings
  #left: number

  constructor(settings: RetryBudgetSettings) {
    this.#settings = settings
    this.#left = Math.min(settings.budgetStart, settings.budgetMost)
  }

  /** Retries that may be made now. */
  get left(): number {
    return Math.floor(this.#left)
  }

  /** A first try was made. */
  deposit(): void {
    this.#left = Math.min(this.#settings.budgetMost, this.#left + this.#settings.budgetShare)
  }

  /** Takes out one retry; false: there is none left, and nothing may be tried again. */
  withdraw(): boolean {
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
