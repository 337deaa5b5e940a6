import { simulate } from '../simulate.ts'
import type { Portion, PortionDone } from './pool.ts'

process.on('message', async (portion: Portion) => {
  const done: PortionDone = { report: await simulate(portion) }
  process.send?.(done)
})
