export { type Canonical, canonical, digest, digester, sameBytes, sha256, toHex } from './canonical.ts'
export { civilOf, DAY_MS, dateText, dayNumber, monthLength, parseDate, weekdayOf } from './civil.ts'
export { type Cancel, type Clock, type Scheduler, sleep, systemClock, systemScheduler } from './clock.ts'
export {
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  FlorinError,
  isFlorinError,
} from './errors.ts'
export { createIds, type Id, type Ids, idFloor, idTime, isId } from './ids.ts'
export { next, step, type Table as Machine } from './machine.ts'
export { hasPan, maskPans } from './pan.ts'
export { type Random, randomBelow, systemRandom } from './random.ts'
export { type Runtime, systemRuntime } from './runtime.ts'
export { checkZone, dayAt, instantOf, localText } from './zone.ts'
