import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Item } from 'dataset-items';
import type { Rival, Work } from './rival.js';
import { inBatches, writeAll } from './write.js';

/** A program as one would write it by hand for one case. */
type Rule = (item: Item) => Item | Item[];

const rules: Readonly<Record<string, Rule>> = {
  jsonl: (item) => without(item, ['category']),
  'jsonl-nested': (item) => {
    const { attributes, ...kept } = without(item, ['images']);
    return { ...kept, attributes: without(attributes as Item, ['weight']) };
  },
  'jsonl-unwind': ({ offers, url = null, name = null }) =>
    (offers as Item[]).map(({ sku = null, cost = null, seller = null }) => ({ sku, cost, seller, url, name })),
};

/** With Node's readline, line by line. */
export const readline: Rival = {
  name: 'readline',
  works: mapRules((rule) => ({
    note: 'by hand: line by line, JSON.parse, JSON.stringify',
    run: async ({ path }, output) => {
      const stream = output.stream();
      for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
        for (const record of [rule(JSON.parse(line))].flat()) {
          if (!stream.write(`${JSON.stringify(record)}\n`)) await new Promise((resolve) => stream.once('drain', resolve));
        }
      }
      await writeAll(stream, []);
    },
  })),
};

/** The least that parses and stringifies: the floor's loop, then text in large pieces. */
export const parseStringify: Rival = {
  name: 'parse-stringify',
  works: {
    ...mapRules((rule) => ({
      note: 'by hand: the floor, JSON.stringify, large pieces',
      run: ({ items }, output) => writeAll(output.stream(), lines(items(), rule)),
    })),
    json: {
      note: 'by hand: the floor, JSON.stringify, large pieces',
      run: ({ items }, output) => writeAll(output.stream(), indented(items())),
    },
    'jsonl-desc': {
      note: 'by hand: all in memory, then from the last',
      run: ({ items }, output) =>
        writeAll(
          output.stream(),
          lines([...items()].reverse(), (item) => item),
        ),
    },
  },
};

function mapRules(toWork: (rule: Rule) => Work): Record<string, Work> {
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, toWork(rule)]));
}

function without(item: Item, omitted: readonly string[]): Item {
  const kept: Record<string, Item[string]> = {};
  for (const key in item) if (!key.startsWith('#') && !omitted.includes(key)) kept[key] = item[key] as Item[string];
  return kept;
}

function* lines(items: Iterable<Item>, rule: Rule): Generator<string> {
  for (const batch of inBatches(items)) {
    let text = '';
    for (const item of batch) for (const record of [rule(item)].flat()) text += `${JSON.stringify(record)}\n`;
    yield text;
  }
}

function* indented(items: Iterable<Item>): Generator<string> {
  let before = '[';
  for (const batch of inBatches(items)) {
    let text = '';
    for (const item of batch) {
      text += before + JSON.stringify(item, null, 2);
      before = ',\n';
    }
    yield text;
  }
  yield ']';
}
