import { FlorinError } from '../../kernel/index.ts'
import { perform, performed } from '../attempts/perform.ts'
import { type FlowContext, intentOf } from '../context.ts'
import { settlementFor } from '../fx/settlement.ts'
import { claimKey, coalesce, findReplay, type Keyed } from '../idempotency/keyed.ts'
import { cardHistory } from '../routing/scheme-history.ts'
import { changeOf } from './change.ts'
import { draftIntent, type Intent, type Surroundings } from './create-intent.ts'
import { type CreateRequest, fingerprintOf } from './create-request.ts'
import { loadState, viewOf } from './load.ts'
import { FIRST_ROUNDS, nextRounds, taken } from './reference.ts'
import { type Result, shown } from './result.ts'

/**
 * Creates a payment and charges it. The intent (idempotency key, payment, attempt with the very request, event) is one commit before
 * anything is sent; the answer is one more. A caller whose deadline passes gets `processing` while the call goes on (FAILURES 2.6).
 */
export const createPayment = (context: FlowContext, request: CreateRequest): Promise<Result> => {
  const { merchant, idempotencyKey, reference, whenInFlight } = request
  const keyed: Keyed = {
    merchant,
    operation: idempotencyKey === null ? 'payments.create#reference' : 'payments.create',
    key: idempotencyKey ?? reference,
    fingerprint: fingerprintOf(request),
    whenInFlight,
  }
  return coalesce(context, keyed, () => begin(context, request, keyed))
}

const MOST_ROUNDS = 8 // races for a reference that was just given free

const begin = async (context: FlowContext, request: CreateRequest, keyed: Keyed): Promise<Result> => {
  await context.sealer.ready(request.merchant)
  const tried = await cardHistory(context, request)
  let rounds = FIRST_ROUNDS
  for (let tries = 0; tries < MOST_ROUNDS; tries++) {
    const intent = await intentFor(context, request, keyed, { rounds, tried })
    if ('body' in intent || 'view' in intent) return intent
    const change = changeOf(context, intent.decision, [claimKey(context, keyed, intent.state.payment.id)])
    const outcome = await context.committer.commit(change, intentOf(context, request.merchant))
    if (outcome.committed) return finish(context, request, intent)
    if (outcome.conflict === 'version' && outcome.table === 'fx_quotes') continue // used meanwhile: say so, or show what it was used for
    if (outcome.conflict !== 'duplicate') break
    if (outcome.table === 'idempotency_keys') return replay(context, request, keyed)
    rounds = await nextRounds(context, request)
  }
  throw new FlorinError('conflict', `reference '${request.reference}' is being taken by others: try again`)
}

/** The intent; or, where it cannot be made any more, what the first call under this key got when it could. */
const intentFor = async (
  context: FlowContext,
  request: CreateRequest,
  keyed: Keyed,
  surroundings: Omit<Surroundings, 'settlement'>,
): Promise<Intent | Result> => {
  try {
    const settlement = await settlementFor(context, request)
    return draftIntent(context, request, keyed, { ...surroundings, settlement })
  } catch (error) {
    if ((await findReplay(context, keyed)) === undefined) throw error
    return replay(context, request, keyed)
  }
}

const finish = async (context: FlowContext, request: CreateRequest, intent: Intent): Promise<Result> => {
  const { state, attempt, prepared, key } = intent
  const { details } = request
  const settled = await performed(context, state, perform(context, state, { attempt, prepared, key, details }))
  return shown(settled?.view ?? (await viewOf(context, settled?.state ?? state, { details })))
}

const replay = async (context: FlowContext, request: CreateRequest, keyed: Keyed): Promise<Result> => {
  const found = await findReplay(context, keyed).catch((error: unknown) => {
    throw request.idempotencyKey === null ? asReferenceTaken(error, request) : error
  })
  if (found === undefined)
    throw new FlorinError('conflict', 'the idempotency key vanished while it was read: try again')
  if ('frozen' in found) return { body: found.frozen }
  return shown(await viewOf(context, await loadState(context, request.merchant, found.show)))
}

/**
 * A create without a key is keyed by its reference: other content for it is a second payment for one order. Also after that one was
 * canceled, because the same call could be a late duplicate: a key of its own says that it is not.
 */
const asReferenceTaken = (error: unknown, request: CreateRequest): unknown => {
  if (!(error instanceof FlorinError) || error.code !== 'idempotency_mismatch') return error
  const then = '; once it is canceled or expired, create with an `idempotencyKey` of its own'
  return taken(request.reference, String(error.details.payment), 'with other content', then)
}
