import { findSecrets } from '../../../scripts/upstream/secrets'

it.each([
  `computation_key: 'order_completed_last_30days'`,
  `const apiToken = "Zf3D0LXCM3EIMbgJpUNn"`,
  `const secret = '9qT-xB2_mK7vLw4R'`
])('The line %s counts as a secret.', (line) => {
  expect(findSecrets(`it('works', () => {\n  ${line}\n})`)).toEqual([2])
})

it.each([
  `computation_key: 'vip'`,
  `computation_key: AUDIENCE`,
  `apiKey: 'identifier:key'`,
  `apiKey: 'aaaaaaaaaaaaaaaaaaaa'`,
  `name: 'order_completed_last_30days'`
])('The line %s does not count as a secret.', (line) => {
  expect(findSecrets(line)).toEqual([])
})
