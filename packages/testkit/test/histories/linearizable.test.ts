import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Asked, KEY, type Told } from './idempotency-model.ts'
import { type Call, linearize, type Model } from './linearizable.ts'

/** A register that is written and read: the textbook's example. */
const REGISTER: Model<number, 'read' | number, number | 'ok'> = {
  initial: 0,
  name: String,
  step: (state, { input, output }) => {
    if (input !== 'read') return [input]
    return output === undefined || output === state ? [state] : []
  },
}
type Read = Call<'read' | number, number | 'ok'>
type Keyed = Call<Asked, Told>

const at = <I, O>(invoked: number, returned: number, input: I, output: O | undefined): Call<I, O> => ({
  invoked,
  returned,
  input,
  output,
})
describe('a history of a register', () => {
  test('in which a read overlaps a write may see either', () => {
    const write: Read = at(1, 4, 7, 'ok')
    expect(linearize(REGISTER, [write, at(2, 3, 'read', 0)])).toEqual([1, 0])
    expect(linearize(REGISTER, [write, at(2, 3, 'read', 7)])).toEqual([0, 1])
  })

  test('in which a read after a write sees what was before is none', () => {
    expect(linearize(REGISTER, [at(1, 2, 7, 'ok'), at(3, 4, 'read', 0)] as Read[])).toBeNull()
  })

  test('in which two reads see a write come and go is none', () => {
    const calls: Read[] = [at(1, 9, 7, 'ok'), at(2, 3, 'read', 7), at(4, 5, 'read', 0)]
    expect(linearize(REGISTER, calls)).toBeNull()
  })

  test('in which a write never returned may be seen late, or never', () => {
    const lost: Read = { invoked: 1, returned: Number.POSITIVE_INFINITY, input: 7, output: undefined }
    expect(linearize(REGISTER, [lost, at(2, 3, 'read', 0), at(4, 5, 'read', 7)])).toEqual([1, 0, 2])
    expect(linearize(REGISTER, [lost, at(2, 3, 'read', 0)])).toEqual([1])
  })

  test('that was made by a register is always one; with a wrong read in it, never', () => {
    const life = fc.array(
      fc.record({ write: fc.option(fc.integer({ min: 1, max: 3 })), early: fc.nat(4), late: fc.nat(4) }),
      {
        minLength: 1,
        maxLength: 9,
      },
    )
    fc.assert(
      fc.property(life, fc.nat(), (steps, which) => {
        let value = 0
        // Each takes effect at 10, 20, 30 …, and is on its way some time before and after.
        const calls = steps.map(({ write, early, late }, index): Read => {
          value = write ?? value
          const now = (index + 1) * 10
          return at(now - early * 7, now + late * 7, write ?? 'read', write === null ? value : 'ok')
        })
        expect(linearize(REGISTER, calls)).not.toBeNull()
        const wrong = calls.map((call, index) =>
          index === which % calls.length && call.input === 'read' ? { ...call, output: 99 } : call,
        )
        if (wrong.some(({ output }) => output === 99)) expect(linearize(REGISTER, wrong)).toBeNull()
      }),
    )
  })
})

const paid = (payment: string, body = `${payment} paid`): Told => ({ kind: 'answer', payment, body, definitive: true })
const open = (payment: string, body = `${payment} ${Math.random()}`): Told => ({
  ...{ kind: 'answer', payment, body },
  definitive: false,
})
const LOST: Keyed = { invoked: 1, returned: Number.POSITIVE_INFINITY, input: { fingerprint: 'a' }, output: undefined }
const a = { fingerprint: 'a' }
const b = { fingerprint: 'b' }
const rivals: Told = { kind: 'in_progress', rivals: true }

describe('a history of an idempotency key', () => {
  test.each<[string, Keyed[]]>([
    ['first answer, replays', [at(1, 2, a, paid('1')), at(3, 4, a, paid('1')), at(5, 6, b, { kind: 'mismatch' })]],
    ['processing, then its outcome', [at(1, 2, a, open('1')), at(3, 4, a, open('1')), at(5, 6, a, paid('1'))]],
    ['a rival that is told to wait', [at(1, 9, a, paid('1')), at(2, 3, a, rivals), at(10, 11, a, paid('1'))]],
    ['a crash, then the other content first', [LOST, at(2, 3, b, paid('2'))]],
    ['a crash that had bound it', [LOST, at(2, 3, b, { kind: 'mismatch' }), at(4, 5, a, paid('1'))]],
    ['a refusal, then success', [at(1, 2, a, { kind: 'refused' }), at(3, 4, b, paid('1'))]],
  ])('%s: is one', (_, calls) => {
    expect(linearize(KEY, calls)).not.toBeNull()
  })

  // Each is a bug that a payments SDK could have.
  test.each<[string, Keyed[]]>([
    ['two payments under one key', [at(1, 4, a, paid('1')), at(2, 3, a, paid('2'))]],
    ['two payments, of which the first caller was told nothing yet', [at(1, 2, a, open('1')), at(3, 4, a, paid('2'))]],
    ['another body for the same outcome', [at(1, 2, a, paid('1')), at(3, 4, a, paid('1', '1 refunded'))]],
    ['an outcome that is open again', [at(1, 2, a, paid('1')), at(3, 4, a, open('1'))]],
    ['other content that is executed', [at(1, 2, a, paid('1')), at(3, 4, b, paid('2'))]],
    ['the same content as mismatch', [at(1, 2, a, paid('1')), at(3, 4, a, { kind: 'mismatch' })]],
    ['a mismatch with nothing', [at(1, 2, a, { kind: 'mismatch' }), at(3, 4, a, paid('1'))]],
    ['told to wait for nobody', [at(1, 2, a, { kind: 'in_progress', rivals: false })]],
    [
      'told to wait after the outcome, with nobody at work',
      [at(1, 2, a, paid('1')), at(3, 4, a, { kind: 'in_progress', rivals: false })],
    ],
    ['nothing happened, but it had', [at(1, 2, a, { kind: 'nothing' }), at(3, 4, b, { kind: 'mismatch' })]],
    ['refused after it was done', [at(1, 2, a, paid('1')), at(3, 4, a, { kind: 'refused' })]],
    ['a crash, and both contents executed', [LOST, at(2, 3, b, paid('2')), at(4, 5, a, paid('1'))]],
  ])('%s: is none', (_, calls) => {
    expect(linearize(KEY, calls)).toBeNull()
  })
})
