/**
 * Minutes ahead of UTC, by the short names that the column `TimeZone` has. CST and MST are America's; a name that means two places and is not
 * here (IST) is refused, until its reader is told.
 */
const OFFSETS: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  WET: 0,
  BST: 60,
  WEST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  GST: 240,
  HKT: 480,
  SGT: 480,
  AWST: 480,
  JST: 540,
  AEST: 600,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
  BRT: -180,
  EDT: -240,
  EST: -300,
  CDT: -300,
  CST: -360,
  MDT: -360,
  MST: -420,
  PDT: -420,
  PST: -480,
  HST: -600,
}

/** How far a zone's clock is ahead of UTC; undefined for a name that is not known. */
export const offsetOf = (zone: string, told: Readonly<Record<string, number>>): number | undefined => {
  if (Object.hasOwn(told, zone)) return told[zone]
  return Object.hasOwn(OFFSETS, zone) ? OFFSETS[zone] : undefined
}
