import { type Random, seeded } from './random.js';

const words = 'oak ash elm fir yew box bay tea fig rye flax hemp moss fern reed rush sage mint dill rue'.split(' ');
const phrases = ['ein "gutes" Stück', 'línea uno\nlínea dos', '木製のテーブル', 'стол из дуба', 'plain and simple', 'a, b; c'];

interface Dataset {
  readonly summary: string;
  item(random: Random, index: number): object;
  /** How an item is spelled. Default: as `JSON.stringify` does. */
  readonly spell?: (item: object) => string;
}

/** Data sets from seeded generators. */
export const datasets = {
  flat: { summary: '10 columns, about 270 bytes', item: flatItem },
  nested: { summary: 'products with offers, attributes and hidden fields, about 1 kB', item: nestedItem },
  wide: { summary: '500 columns, about 10 kB', item: wideItem },
  sparse: { summary: '6 of 300 columns each', item: sparseItem },
  'flat-digits': { summary: 'the flat items with 16 or 17 digits in each number', item: digitsItem, spell: asDigits },
  'flat-python': { summary: 'the flat items as Python spells them', item: flatItem, spell: asPython },
  'nested-python': { summary: 'the nested items as Python spells them', item: nestedItem, spell: asPython },
} as const satisfies Record<string, Dataset>;

export type DatasetName = keyof typeof datasets;

/** The first items of a data set, one line of JSON per item. */
export function* dataLines(name: DatasetName, items: number): Generator<string> {
  const random = seeded(20_240_229);
  const { item, spell = JSON.stringify }: Dataset = datasets[name];
  for (let index = 0; index < items; index++) yield `${spell(item(random, index))}\n`;
}

/** With a blank after each comma and colon, and escapes for all but ASCII. */
function asPython(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asPython).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${asPython(key)}: ${asPython(inner)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The flat items with numbers of 16 or 17 digits, whole or not, which JavaScript prints as they are or as others. They are texts here. */
function digitsItem(random: Random, index: number): object {
  const digits = (most: number): string => {
    const value = (random.next() + random.next() / 2 ** 32) * most;
    return `digits ${random.next() < 0.5 ? String(value) : value.toPrecision(16 + random.below(2))}`;
  };
  const id = `digits ${1 + random.below(9)}${Array.from({ length: 15 + random.below(2) }, () => random.below(10)).join('')}`;
  return { ...flatItem(random, index), id, price: digits(1000), rating: digits(5) };
}

function asDigits(item: object): string {
  return JSON.stringify(item).replace(/"digits ([^"]*)"/g, '$1');
}

function sentence(random: Random, length: number): string {
  return Array.from({ length }, () => random.pick(words)).join(' ');
}

function price(random: Random): number {
  return random.below(100_000) / 100;
}

function flatItem(random: Random, index: number): object {
  return {
    id: index,
    url: `https://shop.example/${random.pick(words)}/${random.pick(words)}-${index}`,
    title: `${sentence(random, 4)}, "${random.pick(words)}"`,
    price: price(random),
    currency: random.pick(['EUR', 'USD', 'CZK']),
    inStock: random.next() < 0.7,
    rating: random.next() < 0.9 ? random.below(50) / 10 : null,
    category: random.pick(words),
    description: `${sentence(random, 9)} ${random.pick(phrases)}`,
    updatedAt: new Date(1.7e12 + random.below(1e10)).toISOString(),
  };
}

function nestedItem(random: Random, index: number): object {
  return {
    url: `https://shop.example/${random.pick(words)}/${index}`,
    name: sentence(random, 3),
    brand: random.pick(words),
    price: { amount: price(random), currency: random.pick(['EUR', 'USD']), was: random.next() < 0.3 ? price(random) : null },
    breadcrumbs: Array.from({ length: 2 + random.below(3) }, () => random.pick(words)),
    attributes: {
      color: random.pick(words),
      material: random.pick(phrases),
      size: { width: random.below(200), height: random.below(90), depth: random.below(60) },
      weight: random.below(5000),
    },
    rating: { average: random.below(50) / 10, count: random.below(900) },
    offers: Array.from({ length: 1 + random.below(4) }, (_, number) => ({
      sku: `${index}-${number}`,
      seller: { name: sentence(random, 2), country: random.pick(['CZ', 'DE', 'JP']) },
      cost: price(random),
      delivery: { days: random.below(9), fee: price(random) },
      available: random.next() < 0.5,
    })),
    description: `${sentence(random, 24)} ${random.pick(phrases)} ${random.pick(phrases)}`,
    images: Array.from({ length: random.below(4) }, (_, number) => `https://img.example/${index}/${number}.jpg`),
    '#debug': { requestId: `r${index}`, retries: random.below(3), loadedAt: new Date(1.7e12 + index * 1000).toISOString() },
    '#error': false,
  };
}

function wideItem(random: Random, index: number): object {
  return Object.fromEntries(
    Array.from({ length: 500 }, (_, column) => [`column_${column}`, column % 3 === 0 ? index + column : random.pick(words)]),
  );
}

function sparseItem(random: Random, index: number): object {
  return Object.fromEntries([
    ['id', index],
    ...Array.from({ length: 5 }, () => [`field_${random.below(299)}`, random.pick(words)]),
  ]);
}
