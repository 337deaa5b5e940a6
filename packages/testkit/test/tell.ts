import { type AttemptCells, rows } from './rows.ts'
import type { World } from './world.ts'

type Told = Pick<World, 'inner' | 'acquirers' | 'run' | 'get'> & {
  readonly florin: { readonly payments: Pick<World['florin']['payments'], 'timeline'> }
}

/** For finding a bug: everything about every payment, as text. */
export const tell = async (w: Told): Promise<string> => {
  const lines: string[] = []
  for (const { id } of await rows<{ id: string }>(w.inner, 'payments')) {
    const { entries } = await w.run(w.florin.payments.timeline(id))
    const view = await w.get(id)
    lines.push(
      `# ${id} ${view.status} ${JSON.stringify([view.authorized, view.captured, view.refunded, view.capturable])}`,
    )
    for (const entry of entries) lines.push(`  ${entry.at} ${entry.type} ${JSON.stringify(entry.data)}`)
    for (const one of (await rows<AttemptCells>(w.inner, 'attempts')).filter((each) => each.payment === id)) {
      const due = one.due === null ? 'never' : new Date(one.due).toISOString()
      lines.push(
        `  - ${one.id} ${one.kind} ${one.state} ${one.amount} awaits ${one.awaits} due ${due} tries ${one.tries}`,
      )
    }
  }
  for (const charge of w.acquirers.flatMap((acquirer) => acquirer.books().charges)) {
    lines.push(
      `= ${charge.reference} ${charge.status} held ${charge.held} captured ${charge.captured} refunded ${charge.refunded} auth ${charge.authorized}`,
    )
  }
  return lines.join('\n')
}
