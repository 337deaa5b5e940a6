export {
  LINE_KINDS,
  type LineKind,
  type LineReferences,
  type LineReturn,
  type MalformedLine,
  type StatementBalance,
  type StatementItem,
  type StatementLine,
  type StatementReader,
} from './model.ts'
export type { Row } from './row.ts'
export { type Required, type TableFormat, tableReader } from './table.ts'
