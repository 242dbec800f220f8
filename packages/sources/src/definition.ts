import { checkKinds, InvalidParameterError, isItem, type OptionKind, optionKinds } from '@dataset-items/query-pipeline';
import { plainOptionKinds } from './plain-item.js';
import { windowParts } from './window.js';

const call = optionKinds.function;

/** What both kinds of definitions may have. */
const common = {
  facts: optionKinds.object,
  applies: {
    expected: `a list of ${windowParts.join(', ')}`,
    fits: (value) => Array.isArray(value) && value.every((part) => windowParts.includes(part)),
  },
  total: call,
  close: call,
} as const satisfies Readonly<Record<string, OptionKind>>;

const options = { ...plainOptionKinds, skipMalformed: optionKinds.boolean, temporaryDirectory: optionKinds.text };

/**
 * Checks the definition of a source: a name that is misspelt would otherwise have no effect, and `close` would not be called.
 * @param walk name of the function that is called for each walk
 * @throws InvalidParameterError
 */
export function checkDefinition(definition: object, walk: 'items' | 'texts', given: object): void {
  const kinds = { ...common, [walk]: call, ...(walk === 'items' && { trusted: optionKinds.boolean }) };
  if (!isItem(definition)) throw new InvalidParameterError('definition', String(definition), `an object with \`${walk}\``);
  if (typeof definition[walk] !== 'function') {
    throw new InvalidParameterError(walk, String(definition[walk]), 'a function that gives the items of a window');
  }
  const known = Object.entries(definition).filter(([name]) => isLiteral(definition) || Object.hasOwn(kinds, name));
  checkKinds(kinds, Object.fromEntries(known));
  checkKinds({ ...options, ...(walk === 'texts' && { lenient: optionKinds.boolean }) }, given);
}

/** An object of a class may have fields of its own. */
function isLiteral(definition: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(definition);
  return prototype === Object.prototype || prototype === null;
}
