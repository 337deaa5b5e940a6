export { batchName, endToEndOf, fileOfBatch, payoutOfReference } from './end-to-end.ts'
export { bicProblem, ibanProblem, plainIban } from './iban.ts'
export type {
  ApiRail,
  Beneficiary,
  FileRail,
  PayoutInstruction,
  PayoutRail,
  RailAnswer,
  RailBatch,
  RailCommand,
  RailFile,
  RailOrders,
} from './rail.ts'
