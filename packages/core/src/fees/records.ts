import { count, defineTable, id, instant, json, nullable, type Row, text } from '../records/index.ts'
import type { FeeSchedule } from './model.ts'

/**
 * What a merchant pays, one row a version: the next one is claimed, so that of two who change the same version one loses. Append-only: the
 * history of what was agreed.
 */
export const feeSchedules = defineTable('fee_schedules', {
  columns: {
    merchant: text(),
    /** Dense, from 1. */
    version: count(),
    id: id('fee'),
    /** From this instant on, unless a later version says otherwise for then. */
    effectiveFrom: instant(),
    schedule: json<FeeSchedule>(),
    /** The host's own id of who changed it. */
    by: nullable(text()),
    createdAt: instant(),
  },
  key: ['merchant', 'version'],
  contended: true,
})
export type FeeScheduleRow = Row<typeof feeSchedules>
