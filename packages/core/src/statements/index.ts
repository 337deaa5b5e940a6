export {
  LINE_KINDS,
  type LineKind,
  type LineReferences,
  type MalformedLine,
  type StatementBalance,
  type StatementItem,
  type StatementLine,
  type StatementReader,
} from './model.ts'
