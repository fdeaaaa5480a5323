/** Names, an assignment, and the text that gitleaks would take for a secret. */
const SECRET = /(?:key|api|token|secret|password)[\w .,-]{0,25}(?:=>|<=|:=|=|>|:).{0,5}['"]([\w=-]{8,64})['"]/gi

/** Bits of information per character from which on a text counts as a secret. */
const ENTROPY = 3.7

/**
 * The numbers of the lines that the generic rule of gitleaks would take for secrets, which stops upstream's commits.
 * Source: `generic-api-key` in `.husky/gitleaks-rules.toml` of segmentio/action-destinations. The other rules know
 * secrets by their services' prefixes; nothing of ours looks like those.
 */
export function findSecrets(text: string): number[] {
  return text.split('\n').flatMap((line, index) => {
    const secrets = [...line.matchAll(SECRET)].filter(([, secret]) => getEntropy(secret) > ENTROPY)
    return secrets.length > 0 ? [index + 1] : []
  })
}

/** Shannon's entropy of a text, in bits per character. */
function getEntropy(text: string): number {
  const shares = [...new Set(text)].map((char) => (text.split(char).length - 1) / text.length)
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0)
}
