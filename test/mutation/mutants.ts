import ts from 'typescript';

/** One small wrong change of a source file: `text` stands in place of what is between `start` and `end` (offsets in the file). */
export interface Mutant {
  file: string;
  /** 1-based. */
  line: number;
  change: string;
  start: number;
  end: number;
  text: string;
  /** What is replaced: a statement stands in a block of its own, an expression in brackets. */
  of: 'expression' | 'statement';
}

/** Every mutant of a file, in the order of the file. Types, imports and the words of help have none. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const mutants: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (isLeftAlone(node)) return;
    for (const [change, text] of changesOf(node)) {
      const start = node.getStart(tree);
      const line = tree.getLineAndCharacterOfPosition(start).line + 1;
      mutants.push({ file, line, change, start, end: node.end, text, of: ts.isStatement(node) ? 'statement' : 'expression' });
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(tree, visit);
  return mutants;
}

/** Stays the same when lines move: the file, the line's text and what is changed in it. */
export function nameOf({ file, start, end, text, change }: Mutant, source: string): string {
  const line = source.slice(source.lastIndexOf('\n', start) + 1, start).trimStart();
  const rest = source.slice(start, `${source}\n`.indexOf('\n', start));
  return `${file}: ${change}: ${line}${rest} => ${inOneLine(source.slice(start, end))} becomes ${inOneLine(text) || 'nothing'}`;
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 80);
}

function isLeftAlone(node: ts.Node): boolean {
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return true;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isInterfaceDeclaration(node)) return true;
  if (ts.isTypeAliasDeclaration(node)) return true;
  return isHelp(node);
}

const helpFields = ['summary', 'defaultText', 'placeholder'];
const parameterMakers = ['flag', 'toggle', 'list', 'distinctList', 'text', 'oneOf', 'wholeNumber'];

/** Words for people, which the tests of the pages compare as a whole. */
function isHelp(node: ts.Node): boolean {
  if (ts.isPropertyAssignment(node)) return helpFields.includes(node.name.getText());
  const { parent } = node;
  return ts.isCallExpression(parent) && parent.arguments[0] === node && parameterMakers.includes(parent.expression.getText());
}

const otherOperator: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&': '|',
  '|': '&',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
  '&&': '||',
  '||': '&&',
  '??': '&&',
  '+=': '-=',
  '-=': '+=',
};

function* changesOf(node: ts.Node): Iterable<[change: string, text: string]> {
  const text = node.getText();
  if (isCondition(node)) yield ['negated condition', `!(${text})`];
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText();
    const other = otherOperator[operator];
    const left = node.left.getText();
    if (other?.endsWith('=') && operator.length === 2 && operator.endsWith('=') && '+-'.includes(operator.charAt(0))) {
      yield [`${operator} to ${other}`, `${left} ${other} ${node.right.getText()}`];
    } else if (other !== undefined) {
      yield [`${operator} to ${other}`, `(${left}) ${other} (${node.right.getText()})`];
    }
  }
  if (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) {
    if (node.operator === ts.SyntaxKind.PlusPlusToken) yield ['++ to --', text.replace('++', '--')];
    if (node.operator === ts.SyntaxKind.MinusMinusToken) yield ['-- to ++', text.replace('--', '++')];
    if (node.operator === ts.SyntaxKind.ExclamationToken) yield ['negation dropped', node.operand.getText()];
  }
  if (ts.isNumericLiteral(node) && !isName(node)) yield ['number plus one', String(Number(node.text) + 1)];
  if (isText(node)) yield text.length === 2 ? ['empty string filled', "'?'"] : ['string emptied', "''"];
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 0 && !isTarget(node)) yield ['array emptied', '[]'];
  if (node.kind === ts.SyntaxKind.TrueKeyword) yield ['true to false', 'false'];
  if (node.kind === ts.SyntaxKind.FalseKeyword) yield ['false to true', 'true'];
  if (ts.isCallExpression(node) && ts.isOptionalChain(node) && !isInsideChain(node)) yield ['optional call dropped', 'undefined'];
  if (isRemovable(node)) yield ['statement removed', ';'];
}

function isCondition(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent)) return parent.expression === node;
  return (ts.isConditionalExpression(parent) || ts.isForStatement(parent)) && parent.condition === node;
}

function isText(node: ts.Node): boolean {
  if (ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node))
    return !ts.isTaggedTemplateExpression(node.parent);
  return ts.isStringLiteral(node) && !isName(node) && !isImported(node.parent);
}

function isImported(parent: ts.Node): boolean {
  return ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword;
}

/** The name of a property, not a value. */
function isName(node: ts.Node): boolean {
  return 'name' in node.parent && node.parent.name === node;
}

function isTarget(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isForOfStatement(parent)) return parent.initializer === node;
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.left === node;
}

function isInsideChain({ parent }: ts.Node): boolean {
  return ts.isOptionalChain(parent) || ts.isNonNullExpression(parent);
}

function isRemovable(node: ts.Node): boolean {
  if (ts.isExpressionStatement(node)) return !node.getText().startsWith('super(');
  return ts.isReturnStatement(node) || ts.isBreakStatement(node) || ts.isContinueStatement(node) || ts.isThrowStatement(node);
}
