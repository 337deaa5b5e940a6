import type { Environment } from '../endpoint.ts'

/** What requests depend on beside their command. */
export interface RequestSettings {
  readonly environment: Environment
  readonly returnUrl: string | null
  readonly multipleCaptures: boolean
  readonly increments: boolean
}
