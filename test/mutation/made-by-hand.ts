import { readFileSync } from 'node:fs';
import type { Mutant } from './mutants.js';

/** A mutant that no small change gives: a mistake that somebody could make. `from` stands once in `within`, which stands once in the file. */
interface MadeByHand {
  readonly why: string;
  readonly file: string;
  readonly within: string;
  readonly from?: string;
  readonly to: string;
}

const pipeline = 'packages/query-pipeline/src';
const serializers = 'packages/serializers/src';
const sources = 'packages/sources/src';

/** Always tried, whatever the sample. */
const all: readonly MadeByHand[] = [
  {
    why: 'a record of each full batch is lost, with fields',
    file: `${pipeline}/shortcuts/listed-values.ts`,
    within: 'continue;\n            yield made',
    from: 'yield made',
    to: 'yield made.slice(1)',
  },
  {
    why: 'a record of each full batch is lost, without',
    file: `${pipeline}/compile.ts`,
    within: 'continue;\n        yield made',
    from: 'yield made',
    to: 'yield made.slice(1)',
  },
  {
    why: 'the values of the element before are kept',
    file: `${pipeline}/shortcuts/value-reader.ts`,
    within: 'values = parent.slice()',
    from: 'parent.slice()',
    to: 'parent',
  },
  {
    why: 'an element of the unwound array adds to the values of the item, and takes the place of none',
    file: `${pipeline}/shortcuts/value-reader.ts`,
    within: 'isItem(element) ? takeElement(element) : takeTop',
    from: 'takeElement(element)',
    to: 'takeItem(element)',
  },
  {
    why: 'a shortcut takes a query with a parameter that it does not understand',
    file: `${pipeline}/compile.ts`,
    within: 'Object.keys(query).every((name) => understands.has(name as keyof PlainQuery))',
    to: 'true',
  },
  {
    why: 'skipFailedPages is ignored with fields',
    file: `${pipeline}/steps/skip-failed-pages.ts`,
    within: 'query.skipFailedPages',
    to: '(query.fields === undefined ? query.skipFailedPages : undefined)',
  },
  {
    why: 'skipFailedPages is ignored with omit',
    file: `${pipeline}/steps/skip-failed-pages.ts`,
    within: 'query.skipFailedPages',
    to: '(query.omit === undefined ? query.skipFailedPages : undefined)',
  },
  {
    why: 'the shortcut claims to understand skipFailedPages',
    file: `${pipeline}/shortcuts/listed-values.ts`,
    within: "['unwind', 'flatten', 'fields', 'omit', 'skipHidden', 'outputFields', 'skipEmpty']",
    to: "['skipFailedPages', 'unwind', 'flatten', 'fields', 'omit', 'skipHidden', 'outputFields', 'skipEmpty']",
  },
  {
    why: 'the last place of a field is kept, not the first',
    file: `${pipeline}/rules/layout.ts`,
    within: 'known === undefined || place < known',
    to: 'true',
  },
  {
    why: 'the full-width ＠ is no start of a formula',
    file: `${serializers}/formats/csv.ts`,
    within: "'=+-@\\t\\r\\n\\uff1d\\uff0b\\uff0d\\uff20'",
    to: "'=+-@\\t\\r\\n\\uff1d\\uff0b\\uff0d'",
  },
  {
    why: 'a scalar in @ counts as attributes beside a text',
    file: `${serializers}/xml/content.ts`,
    within: 'key === ATTRIBUTES && attributes !== undefined',
    to: 'key === ATTRIBUTES',
  },
  {
    why: 'empty arrays beside # count as elements',
    file: `${serializers}/xml/content.ts`,
    within: 'return !givesElements(value[key])',
    from: '!givesElements(value[key])',
    to: 'value[key] === undefined',
  },
  {
    why: 'a name may start with what only a later character may be',
    file: `${serializers}/xml/names.ts`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a source
    within: 'legalStart.test(changed) ? changed : `_${changed}`',
    to: 'changed',
  },
  {
    why: 'namespace declarations with a prefix are attributes',
    file: `${serializers}/xml/attributes.ts`,
    within: "key === 'xmlns' || key.startsWith('xmlns:')",
    to: "key === 'xmlns'",
  },
  {
    why: 'of two attributes of one name the first counts',
    file: `${serializers}/xml/attributes.ts`,
    within: 'written.set(name, isText(value) ? textOf(value) : compactJson(value))',
    to: 'written.has(name) || written.set(name, String(value))',
  },
  {
    why: 'deep elements: an element without children keeps its end tag',
    file: `${serializers}/xml/deep.ts`,
    within: 'if (writer.length > inside)',
    from: 'writer.length > inside',
    to: 'true',
  },
  {
    why: 'deep elements: scalar attributes are dropped',
    file: `${serializers}/xml/deep.ts`,
    within: "key !== '@' || attributes === undefined",
    to: "key !== '@'",
  },
  {
    why: 'deep JSON: a missing value is written as null',
    file: `${serializers}/json/deep.ts`,
    within: '(value as Item)[name] !== undefined',
    to: 'true',
  },
  {
    why: 'deep JSON: an empty array stands on two lines',
    file: `${serializers}/json/deep.ts`,
    within: '(names ?? (value as readonly Json[])).length > 0',
    to: 'true',
  },
  {
    why: 'JSON: an infinite number is written as it is',
    file: `${serializers}/json/write.ts`,
    within: "typeof value === 'number' && Number.isFinite(value)",
    to: "typeof value === 'number'",
  },
  {
    why: 'one example too many in the report of what was replaced',
    file: `${serializers}/replacements.ts`,
    within: 'counted.count++ < EXAMPLES',
    to: 'counted.count++ <= EXAMPLES',
  },
  {
    why: 'examples of any length in the report of what was replaced',
    file: `${serializers}/replacements.ts`,
    within: 'value.slice(0, EXAMPLE_LENGTH)',
    to: 'value',
  },
  {
    why: 'bytes: a writer that grows loses what it holds',
    file: `${serializers}/bytes.ts`,
    within: 'larger.set(this.bytes.subarray(0, this.length))',
    to: 'larger',
  },
  {
    why: 'bytes: room for a text of one byte a unit only',
    file: `${serializers}/bytes.ts`,
    within: 'this.reserve(length * 3)',
    from: 'length * 3',
    to: 'length',
  },
  {
    why: 'with a limit the source is read to its end',
    file: `${sources}/source.ts`,
    within: 'if (left === 0) return;',
    from: 'left === 0',
    to: 'false',
  },
];

/** @returns those of the files, as mutants. @throws Error where the text is not there once */
export function madeByHand(files: readonly string[]): Mutant[] {
  return all.filter(({ file }) => files.includes(file)).map(located);
}

function located({ why, file, within, from = within, to }: MadeByHand): Mutant {
  const source = readFileSync(file, 'utf8');
  for (const [text, part] of [
    [source, within],
    [within, from],
  ] as const) {
    if (text.split(part).length !== 2) throw new Error(`${file}: expected once: ${part}; mend the mutant "${why}"`);
  }
  const start = source.indexOf(within) + within.indexOf(from);
  const line = source.slice(0, start).split('\n').length;
  return { file, line, change: `by hand, ${why}`, start, end: start + from.length, text: to, of: 'expression' };
}
