import { getField, type Item, isItem, type Json } from '../item.js';
import { nothing } from './fuse.js';
import type { Maker } from './maker.js';
import type { Watch } from './step.js';
import { AT_ONCE } from './unwind.js';

/** What one item gives; `undefined` stands for nothing. */
export type Each<R> = (item: Item) => Iterable<R | undefined>;

/** Lets `maker` make what an item gives, and `plain` where names meet. */
export function eachWhole<R>(maker: Maker<R>, plain: Each<R>): Each<R> {
  return (item) => {
    maker.start(item, undefined);
    const made = maker.whole();
    return made === undefined ? plain(item) : [made];
  };
}

/** The same of an item whose field `watch.name` is unwound. */
export function eachUnwound<R>(watch: Watch, maker: Maker<R>, plain: Each<R>): Each<R> {
  const { name } = watch;
  const isPath = name.includes('.');
  const whole = eachWhole(maker, plain);

  const list = (item: Item, elements: readonly Json[]): Iterable<R | undefined> => {
    maker.start(item, name);
    const made: R[] = [];
    for (const element of elements) {
      const one = isItem(element) ? maker.merged(element) : maker.replaced(element);
      if (one === undefined) return plain(item);
      made.push(one);
    }
    return made;
  };

  /** What an item of many elements gives, part by part, as it is asked for. */
  const inSlices = function* (item: Item, elements: readonly Json[]): Generator<R | undefined> {
    for (let start = 0; start < elements.length; start += AT_ONCE) {
      const slice = elements.slice(start, start + AT_ONCE);
      yield* list({ ...item, [name]: slice }, slice);
    }
  };

  return (item) => {
    const value = getField(item, name);
    if (value === undefined) return isPath ? plain(item) : whole(item);
    watch.found = true;
    if (isItem(value)) return list(item, [value]);
    if (!Array.isArray(value)) return whole(item);
    if (value.length === 0) return nothing;
    return value.length > AT_ONCE ? inSlices(item, value) : list(item, value);
  };
}
