/** Where a piece of evidence is sealed for. */
export const evidencePlace = (merchant: string, dispute: string, id: string) => ({
  table: 'dispute_evidence',
  column: 'content',
  merchant,
  key: `${dispute}/${id}`,
})

/** Where an act's command and request are sealed for. */
export const actPlace = (merchant: string, dispute: string, id: string) => ({
  table: 'dispute_acts',
  column: 'request',
  merchant,
  key: `${dispute}/${id}`,
})
