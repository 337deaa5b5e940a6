export type { CommitJob, Handler, JobResult, JobRun } from './handler.ts'
export { type NewJob, schedule } from './schedule.ts'
export type { JobFailure, WorkerOptions } from './settings.ts'
export { createWorker, type Worker, type WorkerParts } from './worker.ts'
