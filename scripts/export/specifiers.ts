import * as ts from 'typescript'

/** A module that a file names: the text between the quotes and where it stands. */
export interface Specifier {
  text: string
  start: number
  end: number
}

/** Functions of jest that take a module's path first. */
const JEST_FUNCTIONS = new Set([
  'mock',
  'doMock',
  'unmock',
  'dontMock',
  'setMock',
  'requireActual',
  'requireMock',
  'createMockFromModule',
  'unstable_mockModule'
])

/**
 * The modules that a TypeScript file names: in imports and exports of every kind, in calls of `import`, `require` and
 * `require.resolve`, and in jest's calls about modules.
 * @returns in the order of the text
 */
export function specifiersOf(source: string): Specifier[] {
  const file = ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest)
  const found: Specifier[] = []
  const visit = (node: ts.Node): void => {
    const name = moduleNameOf(node)
    if (name && ts.isStringLiteralLike(name)) {
      found.push({ text: name.text, start: name.getStart(file) + 1, end: name.end - 1 })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** A TypeScript file with its modules renamed. Nothing else changes. */
export function renameSpecifiers(source: string, rename: (specifier: string) => string): string {
  return specifiersOf(source).reduceRight(
    (text, { text: name, start, end }) => text.slice(0, start) + rename(name) + text.slice(end),
    source
  )
}

function moduleNameOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isExternalModuleReference(node)) return node.expression
  if (ts.isImportTypeNode(node)) return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined
  return ts.isCallExpression(node) && takesModule(node.expression) ? node.arguments[0] : undefined
}

function takesModule(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true
  if (ts.isIdentifier(callee)) return callee.text === 'require'
  if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.expression)) return false
  const { expression, name } = callee
  return expression.text === 'jest' ? JEST_FUNCTIONS.has(name.text) : expression.text === 'require'
}
