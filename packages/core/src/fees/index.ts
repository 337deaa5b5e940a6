export { FRESH_MS, inForce, KNOWN_FOR_MS, LEAD_MS } from './dates.ts'
export { configuredFee, deciderOf, feeMetadata } from './decide.ts'
export {
  type AnyOf,
  type ByCurrency,
  CONFIGURED,
  FEE_PARTS,
  type FeeConditions,
  type FeeDecider,
  type FeeDecision,
  type FeePart,
  type FeePrice,
  type FeeRule,
  type FeeSchedule,
  type FeeSubject,
  type FeeTier,
  type FeeVolume,
  type VolumeBefore,
} from './model.ts'
export { type FeeScheduleRow, feeSchedules } from './records.ts'
export { feeSchedule } from './schema.ts'
export { monthOf, type VolumeTerms, volumeTermsOf } from './volume.ts'
