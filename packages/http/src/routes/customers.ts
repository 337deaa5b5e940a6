import type { AttachInput, CustomerInput } from '@florin/core'
import { json, type MerchantRoute } from './route.ts'

/** Who pays, and with what. */
export const CUSTOMER_ROUTES: readonly MerchantRoute[] = [
  {
    method: 'POST',
    path: '/v1/customers',
    access: 'merchant',
    tag: 'Customers',
    operationId: 'createCustomer',
    summary: 'Store a customer. Everything is optional, and kept sealed.',
    input: { schema: 'CreateCustomer', required: false },
    key: 'refused',
    answer: { status: 201, schema: 'Customer', says: 'The customer.' },
    refuses: [],
    run: async ({ api, body }) => json(201, await api.customers.create(body as CustomerInput)),
  },
  {
    method: 'GET',
    path: '/v1/customers/{id}',
    access: 'merchant',
    tag: 'Customers',
    operationId: 'getCustomer',
    summary: 'Read a customer.',
    input: null,
    key: 'ignored',
    answer: { status: 200, schema: 'Customer', says: 'The customer.' },
    refuses: ['not_found'],
    run: async ({ api, id }) => json(200, await api.customers.get(id)),
  },
  {
    method: 'POST',
    path: '/v1/customers/{id}/payment_methods',
    access: 'merchant',
    tag: 'Customers',
    operationId: 'attachPaymentMethod',
    summary: 'Keep tokens for a customer.',
    input: { schema: 'AttachPaymentMethod', required: true },
    key: 'refused',
    answer: { status: 201, schema: 'PaymentMethod', says: 'The payment method, without its tokens.' },
    refuses: ['not_found', 'gateway_unknown'],
    run: async ({ api, id, body }) => json(201, await api.paymentMethods.attach(id, body as AttachInput)),
  },
  {
    method: 'GET',
    path: '/v1/customers/{id}/payment_methods',
    access: 'merchant',
    tag: 'Customers',
    operationId: 'listPaymentMethods',
    summary: "List a customer's payment methods, oldest first.",
    input: null,
    key: 'ignored',
    answer: { status: 200, schema: 'PaymentMethodList', says: 'Its payment methods.' },
    refuses: ['not_found'],
    run: async ({ api, id }) => json(200, { object: 'list', data: await api.paymentMethods.list(id) }),
  },
  {
    method: 'DELETE',
    path: '/v1/payment_methods/{id}',
    access: 'merchant',
    tag: 'Customers',
    operationId: 'detachPaymentMethod',
    summary: 'Forget the tokens of a payment method; no payment can use it any more.',
    input: null,
    key: 'ignored',
    answer: { status: 204, schema: null, says: 'It is forgotten.' },
    refuses: ['not_found', 'conflict'],
    run: async ({ api, id }) => {
      await api.paymentMethods.detach(id)
      return { status: 204, body: null }
    },
  },
]
