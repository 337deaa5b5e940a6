import { FlorinError, type RunView } from '@florin/core'
import type { StatementReader } from '@florin/core/statements'
import { checkFileType } from '../body/media-type.ts'
import { chunksOf } from '../body/read-body.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Platform } from '../routes/route.ts'
import { type IngestQuery, ingestQuery } from '../schemas/ingest.ts'
import { validate } from '../validate.ts'
import { type Spooled, spool } from './spool.ts'

/** Reads the file in a request's body into the books. Gives the run at its end, or where the caller would not wait for that, as it stands. */
export type Intake = (request: Request, query: unknown, platform: Platform) => Promise<RunView>

const BUSY_MS = 5_000

const refuse = (path: string, why: string): never => {
  throw new FlorinError('invalid_request', `${path}: ${why}`, { details: { path } })
}

type Source = { readonly bank: string } | { readonly gateway: string; readonly account: string }

const sourceOf = ({ bank, gateway, account }: IngestQuery): Source => {
  if (bank !== undefined)
    return gateway === undefined && account === undefined
      ? { bank }
      : refuse('bank', 'is given beside a gateway: a file is of one source')
  if (gateway === undefined || account === undefined)
    return refuse('gateway', 'give gateway and account, or bank: whose file it is')
  return { gateway, account }
}

const readerOf = (readers: Readonly<Record<string, StatementReader>>, format: string): StatementReader =>
  (Object.hasOwn(readers, format) ? readers[format] : undefined) ??
  refuse('format', `is none that is read here: use one of ${Object.keys(readers).join(', ')}`)

type Options = NonNullable<ResolvedOptions['reconciliation']>

/** Spools the file of a request. Rejects where it breaks off, is too long, or empty. */
const takeIn = async (request: Request, { maxFileBytes, directory }: Options): Promise<Spooled> => {
  const file = await spool(chunksOf(request, maxFileBytes), directory)
  if (file.bytes > 0) return file
  await file.close()
  throw new FlorinError('invalid_request', 'the body is empty: send the file itself')
}

/** Settles once there is a run and so many seconds are over; never, where there is none. `work` ends what it waits for. */
const overdue = async (begun: Promise<string>, work: Promise<unknown>, seconds: number): Promise<string> => {
  const [id] = await Promise.all([
    begun,
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, seconds * 1_000)
      work.catch(() => {}).finally(() => clearTimeout(timer))
    }),
  ])
  return id
}

/**
 * Takes files where the host gave readers for them. What is wrong with the question is said before any of the file is read; the file is then
 * put on disk, and read from there only once it is whole, so that a client which hangs up half-way leaves nothing, not even a run. A client
 * that hangs up later changes nothing: the run goes on. So it does for one that would not wait, which is told of the run as it stands; what
 * goes wrong after that is in the run, and told to `report`.
 */
export const createIntake = (
  { reconciliation: options }: ResolvedOptions,
  report: (error: unknown) => void,
): Intake => {
  let active = 0
  return async (request, query, { reconciliation }) => {
    if (options === undefined) throw new FlorinError('not_found', 'no files are taken here: this service reads its own')
    const given = validate(ingestQuery, query)
    const source = sourceOf(given)
    const reader = readerOf(options.readers, given.format)
    checkFileType(request.headers)
    if (active >= options.maxFilesAtOnce)
      throw new FlorinError('overloaded', `${active} files are being read already: send this one later`, {
        details: { retryAfterMs: BUSY_MS },
      })
    active += 1
    const begun = Promise.withResolvers<string>()
    const file = await takeIn(request, options).catch((error: unknown) => {
      active -= 1
      throw error
    })
    const { onMalformed, merchant, toleratedAmount, toleratedDays, closesAfterDays, waitSeconds } = given
    const tolerances = { amount: toleratedAmount, days: toleratedDays, closesAfterDays }
    const onProgress = ({ run }: { readonly run: string }): void => begun.resolve(run)
    const work = reconciliation
      .ingest({ source, reader, bytes: file.open, onMalformed, tolerances, merchant, onProgress })
      .finally(() => {
        active -= 1
        return file.close()
      })
    if (waitSeconds === undefined) return work
    const first = await Promise.race([work, overdue(begun.promise, work, waitSeconds)])
    if (typeof first !== 'string') return first
    work.catch(report)
    return reconciliation.runs.get(first)
  }
}
