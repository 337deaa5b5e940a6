import { ArmedFaults } from '../faults/armed-faults.ts'

/**
 * What can go wrong on the way to the sandbox bank: `refused`, no connection; `lost_request`, it never arrives; `lost_answer`, it takes
 * effect and nobody hears of it; `broken`, it takes effect and the answer is a 500; `late`, the connection breaks, and the request arrives
 * half a minute later all the same.
 */
export interface RailFault {
  readonly how: 'refused' | 'lost_request' | 'lost_answer' | 'broken' | 'late'
  /** Only requests of this kind. */
  readonly when?: 'pay' | 'lookup'
  /** How often; once, if absent. */
  readonly times?: number
}

export const railFaults = (): ArmedFaults<RailFault, 'pay' | 'lookup'> =>
  new ArmedFaults((fault, kind) => fault.when === undefined || fault.when === kind)
