/** Where a refund's reason is sealed for. */
export const reasonPlace = (merchant: string, refund: string) => ({
  table: 'refunds',
  column: 'reason',
  merchant,
  key: refund,
})

/** Where the words of who decided about a refund are sealed for. */
export const decisionPlace = (merchant: string, refund: string) => ({
  table: 'refunds',
  column: 'decision',
  merchant,
  key: refund,
})
