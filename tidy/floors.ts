/**
 * The rooms of packages/core/src, floor by floor. A room imports from lower floors and from rooms to its left on its own floor. A new
 * room is added here first: where it stands says what it may know.
 */
export const FLOORS: readonly (readonly string[])[] = [
  ['kernel'],
  ['records', 'sealing', 'storage', 'money', 'statements'],
  [
    'gateways',
    'ledger',
    'fees',
    'fx',
    'payments',
    'refunds',
    'disputes',
    'customers',
    'rails',
    'payouts',
    'settlement',
    'reconciliation',
    'reports',
  ],
  ['resilience', 'routing', 'idempotency', 'events', 'jobs', 'webhooks'],
  ['catalogue', 'commit', 'memory'],
  ['flows'],
  ['client'],
]

/** The files on the roof: the public doors of the package. They import any room, and no room imports them. */
export const DOORS: readonly string[] = [
  'index.ts',
  'gateways-kit.ts',
  'storage-kit.ts',
  'statements-kit.ts',
  'rails-kit.ts',
  'memory-kit.ts',
]

/** The one room that may touch the real clock, timers and randomness. */
export const IMPURE_ROOM = 'kernel'
