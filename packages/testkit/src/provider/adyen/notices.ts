import type { RawDelivery } from '@florin/core/gateways'
import type { NotificationItem } from './notification.ts'
import type { ResolvedOptions } from './options.ts'
import type { Merchant } from './payment.ts'
import { signatureOf } from './signature.ts'

/** A webhook that was made: signed and written only where somebody takes it. */
export interface Notice {
  readonly account: string
  readonly item: NotificationItem
}

/** The webhooks made and not yet taken; the oldest are lost beyond a bound. */
export class Notices {
  readonly #key: Buffer
  readonly #authorization: string
  readonly #atMost: number
  #waiting: Notice[] = []
  /** Told of every webhook as it is made. */
  onNotice: (notice: Notice) => void = () => {}
  constructor(options: ResolvedOptions, atLeast: number) {
    const { username, password } = options.webhookAuth
    this.#key = Buffer.from(options.hmacKey, 'hex')
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    this.#atMost = atLeast * 2
  }

  add(merchant: Merchant, item: NotificationItem, copies: number): void {
    const notice = { account: merchant.name, item }
    for (let copy = 0; copy < copies; copy += 1) {
      this.#waiting.push(notice)
      this.onNotice(notice)
    }
    if (this.#waiting.length > this.#atMost) this.#waiting = this.#waiting.slice(this.#atMost >> 1)
  }

  /** All that is waiting, oldest first. */
  take(now: number): RawDelivery[] {
    const taken = this.#waiting
    this.#waiting = []
    return taken.map((notice) => this.deliveryOf(notice, now))
  }

  /** A webhook as it goes over the wire. */
  deliveryOf({ account, item }: Notice, receivedAt: number): RawDelivery {
    const additionalData = { ...item.additionalData, hmacSignature: signatureOf(this.#key, item) }
    const body = { live: 'false', notificationItems: [{ NotificationRequestItem: { ...item, additionalData } }] }
    return {
      account,
      headers: { 'content-type': 'application/json;charset=utf-8', authorization: this.#authorization },
      body: Buffer.from(JSON.stringify(body)),
      receivedAt,
    }
  }
}
