/** One call as its caller saw it. Instants are places in one order of all invocations and returns; a call that never returned ends at infinity. */
export interface Call<I, O> {
  readonly invoked: number
  readonly returned: number
  readonly input: I
  /** Undefined: it never returned, so it may have taken effect at any time since, or not at all. */
  readonly output: O | undefined
}

/** What a thing does one call at a time. */
export interface Model<S, I, O> {
  readonly initial: S
  /** The states in which the call may leave it, given what was answered: none where that answer is not possible in this state. */
  step(state: S, call: Call<I, O>): readonly S[]
  /** Two states with one name are one state. */
  name(state: S): string
}

/** 2 million steps: histories here have some twenty calls and a few states; what takes longer is no history of ours. */
const MOST_STEPS = 2_000_000

/**
 * Whether the calls can be put in one order, each at some instant between its invocation and its return, in which a thing that does one
 * call at a time would have answered so (Herlihy and Wing, 1990; the search is Wing and Gong's of 1993, which remembers where it was in
 * vain, as Lowe's of 2017). Gives the order, as places in `calls`, or null where there is none.
 */
export const linearize = <S, I, O>(model: Model<S, I, O>, calls: readonly Call<I, O>[]): readonly number[] | null => {
  if (calls.length > 31) throw new Error(`a history of ${calls.length} calls is too long to be checked`)
  const returned = calls.reduce((all, { output }, at) => (output === undefined ? all : all | (1 << at)), 0)
  const inVain = new Set<string>()
  let steps = 0
  const search = (done: number, state: S): readonly number[] | null => {
    if ((done & returned) === returned) return []
    const name = `${done} ${model.name(state)}`
    if (inVain.has(name)) return null
    steps += 1
    if (steps > MOST_STEPS) throw new Error('the history could not be decided')
    const open = calls.map((_, at) => at).filter((at) => (done & (1 << at)) === 0)
    const firstReturn = Math.min(...open.map((at) => calls[at]?.returned ?? 0))
    for (const at of open) {
      const call = calls[at] as Call<I, O>
      if (call.invoked > firstReturn) continue // it began after another, still to be placed, had ended
      for (const next of model.step(state, call)) {
        const rest = search(done | (1 << at), next)
        if (rest !== null) return [at, ...rest]
      }
    }
    inVain.add(name)
    return null
  }
  return search(0, model.initial)
}
