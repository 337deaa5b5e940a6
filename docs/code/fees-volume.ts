import type { FeeSchedule } from '@florin/core'

export const BY_VOLUME: FeeSchedule = {
  zone: 'Europe/Berlin', // where months begin and end; UTC if absent
  rules: [
    {
      name: 'all',
      percent: '1.9', // up to the first tier
      fixed: { EUR: '0.25' },
      volume: {
        mode: 'graduated',
        tiers: [
          { from: { EUR: '50000.00' }, percent: '1.6', fixed: { EUR: '0.25' } },
          { from: { EUR: '250000.00' }, percent: '1.3', fixed: { EUR: '0.20' } },
        ],
      },
    },
  ],
}
