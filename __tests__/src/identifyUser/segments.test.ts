import { toSegmentChanges } from '../../../src/identifyUser/segments'

const AUDIENCE = { audienceAsSegment: true, computationClass: 'audience', computationKey: 'big_spender' }

it('a payload without segments changes nothing', () => {
  expect(toSegmentChanges({}, undefined)).toEqual({})
  expect(toSegmentChanges({ segments: [] }, true)).toEqual({})
})

it('segments of a payload are added under clean names, each once', () => {
  const segments = [' vip ', 'Big spender', 'a|b', 'vip', '', '  ']
  expect(toSegmentChanges({ segments }, undefined)).toEqual({ vip: true, 'Big-spender': true, 'a-b': true })
})

describe('an audience', () => {
  it.each([true, false])('of membership %s is the change of the segment with its key', (isMember) => {
    expect(toSegmentChanges(AUDIENCE, isMember)).toEqual({ big_spender: isMember })
  })

  it('of unknown membership changes nothing', () => {
    expect(toSegmentChanges(AUDIENCE, undefined)).toEqual({})
  })

  it.each([
    ['the choice is off', { audienceAsSegment: false }],
    ['the choice has no value', { audienceAsSegment: undefined }],
    ['it is a computed trait', { computationClass: 'trait' }],
    ['it is a journey step', { computationClass: 'journey_step' }],
    ['it has no class', { computationClass: undefined }],
    ['it has no key', { computationKey: undefined }],
    ['its key is blank', { computationKey: ' ' }]
  ])('changes nothing when %s', (_what, parts) => {
    expect(toSegmentChanges({ ...AUDIENCE, ...parts }, true)).toEqual({})
    expect(toSegmentChanges({ ...AUDIENCE, ...parts }, false)).toEqual({})
  })

  it('has a clean name', () => {
    expect(toSegmentChanges({ ...AUDIENCE, computationKey: 'big, spender' }, true)).toEqual({ 'big-spender': true })
  })

  it('wins over the segments of the payload', () => {
    const payload = { ...AUDIENCE, segments: ['big_spender', 'vip'] }
    expect(toSegmentChanges(payload, false)).toEqual({ big_spender: false, vip: true })
  })

  it('leaves the segments of the payload when it changes nothing', () => {
    expect(toSegmentChanges({ ...AUDIENCE, segments: ['vip'] }, undefined)).toEqual({ vip: true })
  })
})
