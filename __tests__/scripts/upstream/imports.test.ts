import { importProblems } from '../../../scripts/upstream/imports'

const problemsIn = (file: string, source: string) =>
  importProblems(
    new Map([
      ['index.ts', ''],
      ['crisp/client.ts', ''],
      [file, source]
    ])
  )

it.each([
  ['a package of upstream', 'a.ts', "import { get } from '@segment/actions-core'"],
  ['a part of one', 'a.ts', "import type { A } from '@segment/actions-core/destination-kit'"],
  ['a single function of lodash', 'a.ts', "import get from 'lodash/get'"],
  ['what Node brings', 'a.ts', "import { createHmac } from 'crypto'; import 'node:url'"],
  ['a file of the destination', 'crisp/a.ts', "import '../index'; import './client'; import '..'"],
  ['nock in a test', '__tests__/a.test.ts', "import nock from 'nock'"]
])('takes %s', (_name, file, source) => {
  expect(problemsIn(file, source)).toEqual([])
})

it.each([
  ['a package that upstream does not have', 'a.ts', "import pLimit from 'p-limit'", 'not among the packages'],
  ['a name that only begins like one', 'a.ts', "import 'lodash-es/get'", 'not among the packages'],
  ['the whole of lodash', 'a.ts', "import { get } from 'lodash'", 'take single functions'],
  ['nock outside of tests', 'a.ts', "import nock from 'nock'", 'not among the packages'],
  ['a package of ours in a test', '__tests__/a.test.ts', "import fc from 'fast-check'", 'not among the packages'],
  ['a file elsewhere', 'a.ts', "import { hash } from '../../lib/hash'", 'no file of the destination']
])('refuses %s', (_name, file, source, problem) => {
  expect(problemsIn(file, source)).toEqual([expect.stringContaining(problem)])
})

it('looks into TypeScript only', () => {
  expect(problemsIn('metadata.json', "import a from 'p-limit'")).toEqual([])
})
