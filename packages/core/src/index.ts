export {
  type Cancel,
  type Clock,
  createIds,
  FlorinError,
  type Id,
  type Ids,
  isFlorinError,
  type Random,
  type Runtime,
  type Scheduler,
  systemRuntime,
} from './kernel/index.ts'
