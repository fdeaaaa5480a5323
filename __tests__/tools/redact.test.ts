import { redactHeaders } from '../../tools/redact'

it('takes what opens doors out of headers, in any case, and leaves the rest', () => {
  const secrets = { Authorization: 'Basic x', 'proxy-authorization': 'Basic x', cookie: 'a=b', 'Set-Cookie': ['a=b'] }
  expect(redactHeaders({ ...secrets, 'x-crisp-tier': 'plugin' })).toEqual({
    Authorization: '[redacted]',
    'proxy-authorization': '[redacted]',
    cookie: '[redacted]',
    'Set-Cookie': '[redacted]',
    'x-crisp-tier': 'plugin'
  })
})
