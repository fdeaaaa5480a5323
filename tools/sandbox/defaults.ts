/** The website of a sandbox, unless another is given. */
export const defaultWebsiteId = '5a4d1c3e-7b2f-4e6a-9c80-1f2e3d4c5b6a'

/** The token of a sandbox, unless another is given. It opens nothing anywhere else. */
export const defaultApiKey = 'sandbox-identifier:sandbox-key'

/** Requests that the journal holds, unless told otherwise. */
export const defaultJournalSize = 10_000
