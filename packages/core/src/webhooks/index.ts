export { type WebhookInboxRow, webhookInbox } from './records.ts'
