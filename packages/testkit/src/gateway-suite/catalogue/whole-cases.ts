import type { CaseEntry } from './case-entry.ts'

/** Cases of webhooks, of Florin on the adapter as a whole, and of secrecy. */
export const WHOLE_CASES = {
  'webhooks.authentic': {
    says: 'authentic webhooks are accepted, and tell what was done',
    rule: 'FAILURES 5',
    remedy: 'verify the provider’s signature over the raw bytes',
  },
  'webhooks.tampered_body': {
    says: 'a webhook whose body was changed is refused, or says the same as before',
    rule: 'FAILURES 5.2',
    remedy: 'verify the signature before anything is read, and read only what is signed',
  },
  'webhooks.tampered_headers': {
    says: 'a webhook whose signature is gone, empty, cut or another is refused',
    rule: 'FAILURES 5.2, 7.4',
    remedy: 'fail closed: throw `webhook_rejected` on every doubt about the signature',
  },
  'webhooks.replay_window': {
    says: 'a webhook that is more than 300 seconds old, or ahead, is refused',
    rule: 'FAILURES 5.3',
    remedy: 'compare the signed timestamp with `delivery.receivedAt`, in both directions',
  },
  'webhooks.foreign_account': {
    says: 'an authentic webhook about another account is foreign',
    rule: 'FAILURES 5.5',
    remedy: 'compare the account, and the mode, in the body with the delivery’s; throw `webhook_foreign`',
  },
  'webhooks.too_large': {
    says: 'a webhook of 10 MB is refused',
    rule: 'FAILURES 5.1',
    remedy: 'check the size before the signature',
  },
  'webhooks.no_secret': {
    says: 'without a webhook secret every webhook is refused, and webhooks are no capability',
    rule: 'FAILURES 5.2',
    remedy: 'throw `webhook_rejected` where no secret is configured, and declare `webhooks: false`',
  },
  'webhooks.rotation': {
    says: 'while two secrets are active, webhooks signed with either are accepted',
    rule: 'FAILURES 5.2',
    remedy: 'try every active secret',
  },
  'webhooks.parse_pure': {
    says: 'a body gives the same facts each time, in whatever order bodies are parsed',
    rule: 'FAILURES 5.6',
    remedy: 'keep nothing between two calls of `parse`',
  },
  'webhooks.agree': {
    says: 'webhooks name the attempt, id, amount and currency that the answers gave',
    rule: 'FAILURES 5.5',
    remedy: 'give facts the same `gatewayId` as answers, our reference, and minor units of ISO 4217',
  },
  'webhooks.unheard_of': {
    says: 'an event that the adapter does not know gives no facts',
    rule: 'FAILURES 5.6',
    remedy: 'return an empty list for kinds of events that say nothing about a command',
  },
  'webhooks.malformed': {
    says: 'a body that cannot be read throws, so that it waits and is not lost',
    rule: 'FAILURES 5.7',
    remedy: 'throw from `parse` where the body is not what the provider documents',
  },
  'later.capture_refused': {
    says: 'a capture that is accepted, and then refused, ends `rejected`',
    rule: 'FAILURES 1 (pending)',
    remedy: 'answer `pending` to what is accepted only, and read the refusal that follows as `rejected`',
  },
  'later.refund_refused': {
    says: 'a refund that is accepted, and then refused, ends `rejected`',
    rule: 'FAILURES 1 (pending)',
    remedy: 'answer `pending` to what is accepted only, and read the refusal that follows as `rejected`',
  },
  'later.capture_fails': {
    says: 'a capture that fails after it succeeded is `undone`, and no lookup says otherwise',
    rule: 'FAILURES 2.19',
    remedy: 'give a fact of `undone` with the capture’s own id, and read a failed capture in a lookup as `rejected`',
  },
  'later.refund_fails': {
    says: 'a refund that fails or comes back after it succeeded is `undone`, and no lookup says otherwise',
    rule: 'FAILURES 2.19',
    remedy: 'give a fact of `undone` with the refund’s own id, and read a failed refund in a lookup as `rejected`',
  },
  'flow.sale': {
    says: 'a sale through Florin ends the same, whatever fails and however webhooks arrive',
    rule: 'FAILURES 6.1, 6.2, 6.15',
    remedy: 'make the cases of commands, effects and webhooks pass first: this one puts them together',
  },
  'flow.capture_and_refund': {
    says: 'an authorization, a partial capture and a partial refund end the same, whatever fails',
    rule: 'FAILURES 6.1, 6.2, 6.15',
    remedy: 'make the cases of commands, effects and webhooks pass first: this one puts them together',
  },
  'flow.cancel': {
    says: 'a canceled authorization ends the same, whatever fails',
    rule: 'FAILURES 6.4, 6.15',
    remedy: 'make the cases of commands, effects and webhooks pass first: this one puts them together',
  },
  'flow.challenge': {
    says: 'a payment that the buyer confirms ends the same, whatever fails',
    rule: 'FAILURES 6.1, 6.15',
    remedy: 'make the cases of commands, effects and webhooks pass first: this one puts them together',
  },
  'flow.decline': {
    says: 'a declined payment keeps no money anywhere, whatever fails',
    rule: 'FAILURES 6.12',
    remedy: 'read a decline that is replayed as the decline that it was',
  },
  'secrecy.canaries': {
    says: 'secrets appear nowhere: not in the gateway, requests, answers, facts or errors',
    rule: 'FAILURES 7.2',
    remedy: 'keep secrets in closures, and out of messages',
  },
  'secrecy.echoes': {
    says: 'card numbers and secrets that a provider puts into its messages do not come out of the adapter',
    rule: 'FAILURES 7.1, 7.2',
    remedy: 'write messages of your own: never repeat a provider’s free text',
  },
  'secrecy.reports': {
    says: 'what the transport reports of an exchange shows neither secrets nor card numbers',
    rule: 'FAILURES 7.1, 7.2',
    remedy:
      'give credentials to httpTransport as `credentials`, which it masks; report nothing that `redact` has not seen',
  },
} as const satisfies Readonly<Record<string, CaseEntry>>
