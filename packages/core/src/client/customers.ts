import { z } from 'zod'
import {
  attachMethod,
  type CustomerView,
  createCustomer,
  detachMethod,
  type FlowContext,
  findCustomers,
  getCustomer,
  listMethods,
  type PaymentMethodView,
  updateCustomer,
} from '../flows/index.ts'
import { FlorinError } from '../kernel/index.ts'
import { nameInput, parseInput } from './gate.ts'
import { metadataInput, methodInput, textInput } from './input.ts'
import { namedMethod } from './requests.ts'

/** A customer: everything is optional. */
export const customerInput = z.strictObject({
  name: textInput(200).optional(),
  email: z.email().max(320).optional(),
  /** The host's own id of this customer. */
  reference: textInput(255).optional(),
  metadata: metadataInput.optional(),
})
/** What a host may say of a customer; everything is optional, and kept sealed. */
export type CustomerInput = z.input<typeof customerInput>

/** A payment method to keep for a customer. */
export const attachInput = z.strictObject({
  method: methodInput,
  gateway: z.string().optional(),
  /** What a person recognises the instrument by. */
  instrument: z
    .strictObject({
      network: textInput(32).optional(),
      last4: z
        .string()
        .regex(/^\d{4}$/)
        .optional(),
      bin: z
        .string()
        .regex(/^\d{6,8}$/)
        .optional(),
    })
    .default({}),
})
/** Tokens to keep for a customer, and what a person recognises the instrument by. */
export type AttachInput = z.input<typeof attachInput>

/** Who pays. Everything personal is kept sealed. */
export interface Customers {
  create(input: CustomerInput): Promise<CustomerView>
  get(id: string): Promise<CustomerView>
  /** Changes what is given and leaves the rest. */
  update(id: string, input: CustomerInput): Promise<CustomerView>
  /** Those with this e-mail address, whatever its case. */
  findByEmail(email: string): Promise<readonly CustomerView[]>
}

/** With what a customer pays: a token per gateway. */
export interface PaymentMethods {
  attach(customer: string, input: AttachInput): Promise<PaymentMethodView>
  list(customer: string): Promise<readonly PaymentMethodView[]>
  /** Forgets its tokens; no payment can use it any more. */
  detach(id: string): Promise<void>
}

interface Caller {
  readonly context: FlowContext
  readonly merchant: string
  readonly whenInFlight: 'conflict' | 'wait'
}

export const createCustomers = ({ context, merchant }: Caller): Customers =>
  Object.freeze<Customers>({
    create: async (input) => {
      const { name = null, email = null, reference = null, metadata = {} } = parseInput(customerInput, input)
      return createCustomer(context, merchant, { name, email, reference, metadata })
    },
    get: async (id) => getCustomer(context, merchant, nameInput(id, 'id')),
    update: async (id, input) => {
      const given = parseInput(customerInput, input)
      const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
      return updateCustomer(context, merchant, nameInput(id, 'id'), changes)
    },
    findByEmail: async (email) => findCustomers(context, merchant, nameInput(email, 'email')),
  })

export const createPaymentMethods = (caller: Caller): PaymentMethods => {
  const { context, merchant } = caller
  return Object.freeze<PaymentMethods>({
    attach: async (customer, input) => {
      const { method, gateway, instrument } = parseInput(attachInput, input)
      if ('paymentMethod' in method) {
        throw new FlorinError('invalid_request', 'method: give its type and tokens, not a stored payment method')
      }
      const known = Object.fromEntries(Object.entries(instrument).filter(([, value]) => value !== undefined))
      return attachMethod(
        context,
        merchant,
        nameInput(customer, 'customer'),
        namedMethod(caller, method, gateway),
        known,
      )
    },
    list: async (customer) => listMethods(context, merchant, nameInput(customer, 'customer')),
    detach: async (id) => detachMethod(context, merchant, nameInput(id, 'id')),
  })
}
