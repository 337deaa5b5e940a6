export { DELIVERY, type DeliveryEvent, type DeliveryState } from './machine.ts'
export {
  type WebhookBodyRow,
  type WebhookEvidenceRow,
  type WebhookInboxRow,
  webhookBodies,
  webhookEvidence,
  webhookInbox,
} from './records.ts'
export {
  beginTry,
  DELIVERY_STATES,
  type DeliveryNote,
  type DeliverySet,
  endTry,
  isExhausted,
  MOST_STRANGE_TRIES,
  MOST_TRIES,
  redriveSet,
} from './rules.ts'
