import { sharedPause } from '@dataset-items/exporter';
import type { Item } from '@dataset-items/query-pipeline';
import type { ValidateFunction } from 'ajv';
import { inTime } from '../bounded/in-time.js';
import { validateApart } from './validate-apart.js';

/** An item that does not match its schema. */
export interface InvalidItem {
  /** 0-based. */
  readonly itemPosition: number;
  readonly validationErrors: unknown;
}

/** Largest number of errors reported per item. */
const MOST_ERRORS = 100;
/** Items validated between two pauses. */
const ITEMS = 64;

/**
 * The items that do not match the schema. Other work gets its turn in between; an item that takes too long is validated in a thread of its own.
 * @param fields the schema that `validate` was compiled from
 * @throws RefusedRequestError if an item takes longer than that thread may take
 */
export async function* invalidAmong(
  items: readonly Item[],
  validate: ValidateFunction,
  fields: Item,
): AsyncGenerator<InvalidItem> {
  let size = ITEMS;
  for (let from = 0; from < items.length; ) {
    await sharedPause();
    const some = items.slice(from, from + size);
    const errors = inTime(() => some.map((item) => errorsOf(item, validate)));
    if (errors === undefined && size > 1) {
      size = 1;
      continue;
    }
    for (const [index, of] of (errors ?? [await validateApart(fields, some[0] as Item, from)]).entries()) {
      if (of !== undefined) yield { itemPosition: from + index, validationErrors: of.slice(0, MOST_ERRORS) };
    }
    from += size;
    size = Math.min(2 * size, ITEMS);
  }
}

function errorsOf(item: Item, validate: ValidateFunction): readonly unknown[] | undefined {
  return validate(item) ? undefined : (validate.errors ?? []);
}
