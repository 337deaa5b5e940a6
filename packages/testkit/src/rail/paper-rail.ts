import type { FileRail } from '@florin/core/rails'

/**
 * A file rail of the plainest kind, for tests: a line a payout, executed today or on the day that is wanted. At most `most` payouts a file.
 */
export const paperRail = (most = 1_000): FileRail => ({
  kind: 'file',
  name: 'paper',
  bank: 'paper',
  currencies: ['EUR'],
  most,
  check: () => {},
  executionDay: (now, wanted) => wanted ?? new Date(now).toISOString().slice(0, 10),
  write: ({ file, batches }) => ({
    name: `${file}.txt`,
    contentType: 'text/plain',
    body: batches
      .map(({ id, executeOn, instructions }) =>
        [
          `${id} ${executeOn}`,
          ...instructions.map((one) => `${one.payout} ${one.amount} ${one.beneficiary.iban}`),
        ].join('\n'),
      )
      .join('\n'),
  }),
})
