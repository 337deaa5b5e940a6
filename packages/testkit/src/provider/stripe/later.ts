interface Task {
  readonly at: number
  readonly run: () => void
}

/** What the double does later by itself, oldest first: the wait is the same for all, so that a queue is enough. */
export class Later {
  #tasks: Task[] = []
  #head = 0

  get nextAt(): number {
    return this.#tasks[this.#head]?.at ?? Number.POSITIVE_INFINITY
  }

  add(at: number, run: () => void): void {
    this.#tasks.push({ at, run })
  }

  /** Runs what is due at `now`. What that adds waits its turn, unless it is due, too. */
  run(now: number): void {
    for (let task = this.#tasks[this.#head]; task !== undefined && task.at <= now; task = this.#tasks[this.#head]) {
      this.#head += 1
      task.run()
    }
    if (this.#head > 1_024 || this.#head === this.#tasks.length) {
      this.#tasks = this.#tasks.slice(this.#head)
      this.#head = 0
    }
  }
}
