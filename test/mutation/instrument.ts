import ts from 'typescript';
import type { Mutant } from './mutants.js';

/** A mutant and the number it is switched on by. */
export type Numbered = Mutant & { id: number };

/**
 * The file with all its mutants in it, each behind a switch (`runner.ts`), so that nothing is compiled again between two mutants.
 * Every turn of a loop is counted: a mutant that never ends a loop is stopped.
 */
export function instrument(file: string, source: string, mutants: readonly Numbered[]): string {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const bySpan = new Map<string, Numbered[]>();
  for (const mutant of mutants) {
    const span = `${mutant.start} ${mutant.end} ${mutant.of}`;
    bySpan.set(span, [...(bySpan.get(span) ?? []), mutant]);
  }
  const write = (node: ts.Node): string => {
    const start = node.getStart(tree);
    let text = '';
    let at = start;
    ts.forEachChild(node, (child) => {
      const from = child.getStart(tree);
      if (from < at) return; // A shorthand property is one name seen twice.
      text += source.slice(at, from) + write(child);
      at = child.end;
    });
    text += source.slice(at, node.end);
    if (ts.isStatement(node) && ts.isIterationStatement(node.parent, false) && node.parent.statement === node) {
      text = `{ globalThis.mutation.turn(); ${text} }`;
    }
    const own = bySpan.get(`${start} ${node.end} ${ts.isStatement(node) ? 'statement' : 'expression'}`);
    if (own === undefined || !isOutermost(node, start)) return text;
    bySpan.delete(`${start} ${node.end} ${ts.isStatement(node) ? 'statement' : 'expression'}`);
    return own.reduce(switched, text);
  };
  return source.slice(0, tree.getStart(tree)) + write(tree);
}

/** An expression statement without its semicolon has the span of its expression; a span is wrapped once. */
function isOutermost(node: ts.Node, start: number): boolean {
  return (
    ts.isStatement(node) || !(ts.isExpression(node.parent) && node.parent.getStart() === start && node.parent.end === node.end)
  );
}

function switched(text: string, { id, of, text: changed }: Numbered): string {
  if (of === 'statement') return `{ if (!globalThis.mutation.isOn(${id})) ${text} }`;
  return `(globalThis.mutation.isOn(${id}) ? (${changed}) : (${text}))`;
}
