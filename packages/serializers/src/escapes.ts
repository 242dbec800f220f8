import type { ReplacementKind } from './replacements.js';

/** A range of code points. Both ends are included. */
export type CodePoints = readonly [first: number, last: number];

/** How a format writes text. It is plain data, so that JavaScript and WebAssembly can follow the same table. */
export interface EscapeTable {
  /** An ASCII character that stands before and after the text. Default: none. */
  readonly quote?: string;
  /** The text that is written for a character. */
  readonly escapes: Readonly<Record<string, string>>;
  /** For characters that are not in `escapes`: the first matching rule counts. A character without a rule is written as it is. */
  readonly rules: readonly EscapeRule[];
}

export interface EscapeRule {
  /** The characters of the rule. */
  readonly of: readonly CodePoints[];
  /** The rule matches only if characters of these sets follow, in this order. These characters themselves are written as usual. */
  readonly before?: readonly (readonly CodePoints[])[];
  /** The text that is written. `%04x` and `%04X` in it stand for the character's UTF-16 unit as four hexadecimal digits. */
  readonly as: string;
  /** Its kind in the report. Default: not reported, because a reader restores the character. */
  readonly reported?: ReplacementKind;
}

/** The rule of all formats except JSON, which cannot write half a surrogate pair. */
export const loneSurrogate: EscapeRule = { of: [[0xd800, 0xdfff]], as: '\ufffd', reported: 'replacedCharacters' };

/** The code points of characters, for tables that are easier to read with the characters themselves. */
export function codePointsOf(characters: string): CodePoints[] {
  return Array.from(characters, (character) => {
    const point = character.codePointAt(0) as number;
    return [point, point];
  });
}

/**
 * A pattern of the characters that the table does not write as they are. Its flag `u` makes a surrogate pair one character.
 * @param flags flags to add
 */
export function escapedPattern({ escapes, rules }: EscapeTable, flags = ''): RegExp {
  const anywhere = rules.filter(({ before }) => before === undefined).flatMap(({ of }) => of);
  const beforeOthers = rules.flatMap(({ of, before }) => (before ? [`${classOf(of)}(?=${before.map(classOf).join('')})`] : []));
  const simple = classOf([...codePointsOf(Object.keys(escapes).join('')), ...anywhere]);
  return new RegExp([simple, ...beforeOthers].join('|'), `u${flags}`);
}

function classOf(ranges: readonly CodePoints[]): string {
  return `[${ranges.map(([first, last]) => `${inClass(first)}-${inClass(last)}`).join('')}]`;
}

function inClass(point: number): string {
  return `\\u{${point.toString(16)}}`;
}

/** The rule for the character at an index of the text. It may depend on the characters that follow. */
function ruleAt({ rules }: EscapeTable, text: string, at: number): EscapeRule | undefined {
  const point = text.codePointAt(at) as number;
  return rules.find(({ of, before }) => isAmong(point, of) && follows(before, text, at + (point > 0xffff ? 2 : 1)));
}

/** The rules for a character, whatever follows it. */
export function rulesFor({ rules }: EscapeTable, point: number): readonly EscapeRule[] {
  return rules.filter(({ of }) => isAmong(point, of));
}

function isAmong(point: number, ranges: readonly CodePoints[]): boolean {
  return ranges.some(([first, last]) => point >= first && point <= last);
}

function follows(before: EscapeRule['before'] = [], text: string, start: number): boolean {
  let at = start;
  return before.every((ranges) => {
    const point = text.codePointAt(at);
    at += point !== undefined && point > 0xffff ? 2 : 1;
    return point !== undefined && isAmong(point, ranges);
  });
}

/** The text that a rule writes for a character. */
export function spelled({ as }: EscapeRule, unit: number): string {
  const digits = unit.toString(16).padStart(4, '0');
  return as.replace('%04x', digits).replace('%04X', digits.toUpperCase());
}

/** Called for each value with replaced characters, once per kind. */
export type OnReplaced = (kind: ReplacementKind, value: string) => void;

/** Returns a text as it is written, without the quotes. */
export type Rewriter = (text: string, onReplaced?: OnReplaced) => string;

/** Rewrites text as the table says. */
export function rewriter(table: EscapeTable): Rewriter {
  const pattern = escapedPattern(table, 'g');
  return (text, onReplaced) => {
    let kinds: Set<ReplacementKind> | undefined;
    const rewritten = text.replace(pattern, (character, at: number) => {
      const escaped = table.escapes[character];
      if (escaped !== undefined) return escaped;
      const rule = ruleAt(table, text, at);
      if (rule === undefined) return character;
      if (rule.reported !== undefined) {
        kinds ??= new Set();
        kinds.add(rule.reported);
      }
      return spelled(rule, character.charCodeAt(0));
    });
    for (const kind of kinds ?? []) onReplaced?.(kind, text);
    return rewritten;
  };
}
