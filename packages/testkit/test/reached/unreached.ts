/** What one test file reached. */
export interface Reached {
  /** By the machine's table as JSON: `state event`. */
  readonly moves: readonly (readonly [table: string, made: readonly string[]])[]
  readonly codes: readonly string[]
}

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What there is to reach. */
export interface Reachable {
  readonly machines: Readonly<Record<string, Table>>
  readonly codes: readonly string[]
  /** What nothing can reach, each with the reason: `attempt: sent undone`. */
  readonly excused: Readonly<Record<string, string>>
}

/** The transitions and codes that no test reached, and excuses that are none any more. Empty: all is well. */
export const unreached = ({ machines, codes, excused }: Reachable, all: readonly Reached[]): readonly string[] => {
  const made = new Set(
    all.flatMap(({ moves }) => moves.flatMap(([table, names]) => names.map((name) => `${table} ${name}`))),
  )
  const missing: string[] = []
  for (const [machine, table] of Object.entries(machines)) {
    for (const [state, events] of Object.entries(table)) {
      for (const event of Object.keys(events)) {
        const name = `${machine}: ${state} ${event}`
        const is = made.has(`${JSON.stringify(table)} ${state} ${event}`)
        if (!is && !Object.hasOwn(excused, name)) missing.push(`no test makes the transition ${name}`)
        if (is && Object.hasOwn(excused, name)) missing.push(`${name} is reached: take it out of the excuses`)
      }
    }
  }
  const given = new Set(all.flatMap((one) => one.codes))
  for (const code of codes) if (!given.has(code)) missing.push(`no test makes the product give the error code ${code}`)
  return missing
}
