import type { ElementPlace, ElementsForm } from '../format.js';
import type { ReplacementTally } from '../replacements.js';
import { attributeTexts, declaresNamespace } from './attributes.js';
import { ATTRIBUTES, TEXT } from './content.js';
import type { ElementForm } from './element.js';
import { xmlAttribute, xmlText } from './escape.js';
import { afterName, tagTexts } from './tags.js';

/** The rules of `elementWriters` as data. @param after text after each record */
export function elementsForm(
  { name, depth, toXmlName, lines }: ElementForm,
  replaced: ReplacementTally,
  after: string,
): ElementsForm {
  const place = (key: string, written: string, around: Pick<ElementPlace, 'tag' | 'depth' | 'isOdd'>): ElementPlace => ({
    ...around,
    changed: written === key ? undefined : key,
    isAttributes: key === ATTRIBUTES,
    isText: key === TEXT,
    attributes: new Set(),
  });
  const element = (key: string, written: string, at: number): ElementPlace =>
    place(key, written, { tag: tagTexts(written, at, lines), depth: at, isOdd: false });
  const attribute = (key: string, { attributes, depth: around }: ElementPlace): ElementPlace => {
    const written = toXmlName(key);
    const { start, end } = attributeTexts(written);
    // Such an attribute is dropped, or the same as another one, which then depends on their values.
    const isOdd = declaresNamespace(key) || attributes.has(written);
    attributes.add(written);
    return place(key, written, { tag: { start, end, outerEnd: end }, depth: around, isOdd });
  };
  return {
    kind: 'elements',
    ...{ text: xmlText, attribute: xmlAttribute, afterName: afterName(lines), after },
    record: element(name, name, depth),
    field: (parent, key) => (parent.isAttributes ? attribute(key, parent) : element(key, toXmlName(key), parent.depth + 1)),
    value: (array) => ({ ...array, changed: undefined, isAttributes: false, isText: false }),
    report: ({ changed }) => {
      if (changed !== undefined) replaced.name('changedNames', changed);
    },
  };
}
