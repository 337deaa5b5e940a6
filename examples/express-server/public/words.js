/** A status as people say it. */
export const STATUS = {
  processing: 'processing',
  requires_action: 'waiting for the buyer',
  authorized: 'reserved',
  succeeded: 'paid',
  declined: 'declined',
  canceled: 'canceled',
  expired: 'expired',
}

/** Events as people say them; what is not here is shown by its own name. */
export const EVENTS = {
  'payment.created': 'Payment created',
  'payment.authorized': 'Money reserved',
  'payment.captured': 'Money taken',
  'payment.capture_requested': 'Capture asked for',
  'payment.capture_failed': 'Capture refused',
  'payment.capture_pending': 'Capture on its way',
  'payment.capture_undone': 'Taken money went back: the capture failed after all',
  'payment.charge_undone': 'Taken money went back: the charge failed after all',
  'payment.authorization_undone': 'The reservation was taken back',
  'payment.declined': 'Declined',
  'payment.retried': 'Another card tried',
  'payment.requires_action': 'Buyer sent to the bank',
  'payment.resumed': 'Buyer came back from the bank',
  'payment.pending': 'Waiting for the gateway',
  'payment.refund_requested': 'Refund asked for',
  'payment.refund_pending': 'Refund on its way',
  'payment.refunded': 'Money given back',
  'payment.refund_failed': 'Refund refused',
  'payment.refund_undone': 'Refund came back: it failed after all',
  'payment.increment_requested': 'Larger reservation asked for',
  'payment.increment_pending': 'Larger reservation on its way',
  'payment.incremented': 'Reservation made larger',
  'payment.increment_failed': 'Larger reservation refused',
  'payment.cancel_requested': 'Cancel asked for',
  'payment.cancel_failed': 'Cancel refused',
  'payment.cancel_pending': 'Cancel on its way',
  'payment.canceled': 'Canceled',
  'payment.released': 'Rest of the reservation released',
  'payment.expired': 'Expired',
  'payment.needs_review': 'A person should look at it',
  'payment.reviewed': 'A person looked at it',
  'payment.parked': 'No gateway can be asked: it waits',
  'payment.unparked': 'A gateway is back: it is charged now',
  'attempt.unknown': 'No clear answer: the gateway will be asked',
  'attempt.failed_over': 'Went on at another gateway',
  'attempt.abandoned': 'Charge left behind',
  'attempt.reversed': 'Charge that was left is reversed',
  'attempt.reversal_requested': 'Reversal asked for',
  'attempt.reversal_pending': 'Reversal on its way',
  'attempt.reversal_applied': 'Reversal done',
  'attempt.reversal_undone': 'Reversal failed after all; it will be tried again',
  'attempt.reversal_failed': 'Reversal refused; it will be tried again',
  'attempt.late_success': 'The charge that was left had succeeded after all',
}

/** What a gateway that decides later still has to decide, by the event that says so. */
export const WAITING = {
  'payment.capture_requested': 'capture',
  'payment.capture_pending': 'capture',
  'payment.refund_requested': 'refund',
  'payment.refund_pending': 'refund',
  'payment.cancel_requested': 'cancel',
  'payment.cancel_pending': 'cancel',
}

/** Gateways as they write themselves. */
export const GATEWAYS = { sandbox: 'the sandbox', stripe: 'Stripe', adyen: 'Adyen' }

/** What kind of posting it is. */
export const PHASES = {
  pending: 'held',
  settled: 'hold used up',
  posted: 'final',
  voided: 'hold released',
}
