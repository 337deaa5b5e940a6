import { listSettlementsInput, listWalletsInput, type StatementInput, statementInput, walletInput } from '@florin/core'
import { json, type MerchantRoute } from './route.ts'

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
}

/** What became of what was captured. Operators decide elsewhere: a merchant's credentials must not end its own reserve. */
export const SETTLEMENT_ROUTES: readonly MerchantRoute[] = [
  {
    method: 'GET',
    path: '/v1/settlements',
    access: 'merchant',
    tag: 'Settlements',
    operationId: 'listSettlements',
    summary: 'List settlements, the newest first.',
    input: null,
    query: listSettlementsInput,
    key: 'ignored',
    answer: { status: 200, schema: 'SettlementPage', says: 'One page.' },
    refuses: [],
    run: async ({ api, query }) => json(200, await api.settlements.list(query)),
  },
  {
    method: 'GET',
    path: '/v1/settlements/{id}',
    access: 'merchant',
    tag: 'Settlements',
    operationId: 'getSettlement',
    summary: 'Read a settlement.',
    input: null,
    key: 'ignored',
    answer: { status: 200, schema: 'Settlement', says: 'The settlement.' },
    refuses: ['not_found'],
    run: async ({ api, id }) => json(200, await api.settlements.get(id)),
  },
  {
    method: 'GET',
    path: '/v1/settlements/{id}/statement',
    access: 'merchant',
    tag: 'Settlements',
    operationId: 'getSettlementStatement',
    summary:
      'Read the statement of a settlement, whose lines sum to what was paid: JSON, CSV, or a page to read and print.',
    input: null,
    query: statementInput,
    key: 'ignored',
    answer: { status: 200, schema: 'SettlementStatement', says: 'The statement, in the format that was asked for.' },
    types: ['text/csv', 'text/html'],
    refuses: ['not_found', 'invalid_state'],
    run: async ({ api, id, query }) => {
      const input = query as StatementInput
      const pieces = await api.settlements.statement(id, input)
      return { status: 200, body: null, stream: { type: TYPES[input.format ?? 'json'] as string, pieces } }
    },
  },
  {
    method: 'GET',
    path: '/v1/settlement-plans',
    access: 'merchant',
    tag: 'Settlements',
    operationId: 'listSettlementPlans',
    summary: "List the merchant's plans of settlement, with their next runs.",
    input: null,
    key: 'ignored',
    answer: { status: 200, schema: 'SettlementPlanList', says: 'All of them.' },
    refuses: [],
    run: async ({ api }) => json(200, { object: 'list', data: await api.settlements.plans() }),
  },
  {
    method: 'GET',
    path: '/v1/wallet',
    access: 'merchant',
    tag: 'Settlements',
    operationId: 'getWallet',
    summary: 'Read what a seller has, or the merchant itself, and where it is.',
    input: null,
    query: walletInput,
    key: 'ignored',
    answer: { status: 200, schema: 'Wallet', says: 'The wallet.' },
    refuses: [],
    run: async ({ api, query }) => json(200, await api.wallets.get(query)),
  },
  {
    method: 'GET',
    path: '/v1/wallets',
    access: 'merchant',
    tag: 'Settlements',
    operationId: 'listWallets',
    summary: "List the wallets of the merchant's sellers.",
    input: null,
    query: listWalletsInput,
    key: 'ignored',
    answer: { status: 200, schema: 'WalletPage', says: 'One page.' },
    refuses: [],
    run: async ({ api, query }) => json(200, await api.wallets.list(query)),
  },
]
