import { type Florin, FlorinError, isFlorinError, type VerifyReport } from '@florin/core'
import { type Request, type Response, Router } from 'express'
import type { SharedCard, TestCard } from './cards.ts'
import type { Asking, ShopSession } from './session.ts'

/** Who asks, of an Express request. */
const askingOf = (request: Request): Asking => ({ header: (name) => request.get(name) ?? null })

const problem = (response: Response, error: FlorinError): void => {
  const status = error.code === 'unauthenticated' ? 403 : 500
  response.status(status).type('application/problem+json')
  response.send(JSON.stringify({ title: error.code, status, code: error.code, detail: error.message }))
}

const guarded =
  (act: (request: Request, response: Response) => unknown) =>
  async (request: Request, response: Response): Promise<void> => {
    try {
      await act(request, response)
    } catch (error) {
      const told = isFlorinError(error) ? error : new FlorinError('internal', 'something broke', { cause: error })
      problem(response, told)
    }
  }

/** Verification reads the whole store: those who ask while it runs share its result. */
const oneAtATime = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let running: Promise<T> | undefined
  return () => {
    running ??= work().finally(() => {
      running = undefined
    })
    return running
  }
}

/** What the page is made of. */
export interface ShopParts {
  readonly florin: Pick<Florin, 'verify'>
  /** What the shop sells through. */
  readonly gateways: readonly { readonly name: string; readonly url: string; readonly cards: readonly TestCard[] }[]
  /** Cards that several of them know. */
  readonly shared: readonly SharedCard[]
  readonly session: ShopSession
  /** What the payments are kept in. */
  readonly storage: string
}

/** What the page needs beside the payments API: its session, the test cards, and the proof that the books are right. */
export const shopRoutes = ({ florin, gateways, shared, session, storage }: ShopParts): Router => {
  const router = Router()
  const verify = oneAtATime<VerifyReport>(() => florin.verify())
  router.post(
    '/session',
    guarded((request, response) => {
      response.setHeader('set-cookie', session.open(askingOf(request)))
      response.status(204).end()
    }),
  )
  router.get('/cards', (_, response) => {
    response.json({
      object: 'list',
      data: gateways.flatMap(({ cards }) => cards),
      shared,
      gateways: gateways.map(({ name, url }) => ({ name, at: new URL(url).host })),
      storage,
    })
  })
  router.get(
    '/verify',
    guarded(async (request, response) => {
      if (session.merchantOf(askingOf(request)) === null)
        throw new FlorinError('unauthenticated', 'open the shop page first')
      const { ok, chain, ledger, payments } = await verify()
      const problems = chain.problemCount + ledger.problemCount + payments.problemCount
      response.json({
        ok,
        events: chain.events,
        transactions: ledger.checked.transactions,
        payments: payments.payments,
        problems,
      })
    }),
  )
  return router
}
