export { type Journal, type JournalKind, openJournal } from './journal.ts'
