import assert from 'node:assert/strict'
import { type CaseRuns, worldly } from '../case-run.ts'
import { deedsOf } from '../deeds.ts'
import { named } from '../named.ts'
import type { ForgedAnswer } from '../proxy/wire-fault.ts'
import { type GatewayWorld, inWords } from '../world.ts'
import { JUNK_ANSWERS, REFUSALS_OF_NOBODY } from '../wrong-bytes.ts'
import { requestsOf, strikeDeed } from './effects.ts'

const textOf = ({ body }: ForgedAnswer): string => JSON.stringify(Buffer.from(body).toString('utf8').slice(0, 40))

/** Every request of every deed is struck by every wrong answer. */
const expectUnknown = async (world: GatewayWorld, answers: readonly ForgedAnswer[]): Promise<void> => {
  for (const deed of deedsOf(world)) {
    const requests = await requestsOf(world, deed)
    for (let nth = 0; nth < requests; nth++) {
      for (const answer of answers) {
        const struck = await strikeDeed(world, deed, { how: 'forge', answer }, nth)
        const request = requests === 1 ? 'that' : `whose request ${nth + 1}`
        const told = `${named(deed.name)} ${request} is answered ${answer.status} ${textOf(answer)}`
        assert.equal(struck.answer.effect, 'unknown', `${told} is ${inWords(struck.answer)}; right would be unknown`)
      }
    }
  }
}

const HUGE = Buffer.alloc(10_485_760, 0x20)

/** Cases of answers that no provider gives. */
export const wrongAnswerCases: CaseRuns<'effects.garbage' | 'effects.redirect' | 'effects.huge'> = {
  'effects.garbage': worldly((world) => expectUnknown(world, [...JUNK_ANSWERS, ...REFUSALS_OF_NOBODY])),
  'effects.redirect': worldly(async (world) => {
    const location = `${world.proxy.url}/moved-elsewhere`
    const answers = [301, 302, 303, 307, 308].map((status) => ({ status, headers: { location }, body: '' }))
    await expectUnknown(world, answers)
    const followed = world.proxy.seen.filter(({ path }) => path.includes('moved-elsewhere'))
    assert.equal(followed.length, 0, 'a redirect was followed: credentials and card tokens went where it pointed')
  }),
  'effects.huge': worldly(async (world) => {
    const [deed] = deedsOf(world)
    assert.ok(deed, 'the adapter can do nothing')
    const { answer } = await strikeDeed(world, deed, { how: 'forge', answer: { status: 200, body: HUGE } })
    assert.equal(answer.effect, 'unknown', `${named(deed.name)} that is answered with 10 MB is ${inWords(answer)}`)
  }),
}
