/** Items on which every parameter has an effect. */
export const items = [
  {
    '#id': 1,
    name: 'Oak table',
    price: 10,
    size: { width: 2, height: 1 },
    reviews: [{ rating: 5 }, { rating: 3, price: 9 }, {}],
  },
  { '#id': 2, name: 'Ash chair', size: { width: 1 }, reviews: [] },
  { '#id': 3, name: 'Pine shelf', price: null, reviews: [{ name: 'Ann', rating: 4 }, 'good'] },
  {},
  { '#id': 5, price: 7, errorInfo: { code: 500 } },
  { url: 'https://example.com', pageFunctionResult: [{ name: 'a', price: 1 }, { name: 'b' }], errorInfo: null },
  { '#id': 7, name: '', size: {}, reviews: { rating: 1, price: 2 } },
];

export const views = { overview: { fields: ['name', 'price', 'rating'], unwind: ['reviews'] } };

/** A value for every parameter of an export that the API has. */
export const samples: Readonly<Record<string, string>> = {
  format: 'jsonl',
  offset: 'offset=1',
  limit: 'limit=5',
  desc: 'desc=1',
  skipFailedPages: 'skipFailedPages=1',
  unwind: 'unwind=reviews',
  flatten: 'flatten=size',
  fields: 'fields=name,rating,price,size,size.width',
  omit: 'omit=size.height,%23id,errorInfo',
  skipHidden: 'skipHidden=1',
  outputFields: 'fields=name,price,rating&outputFields=title,price,score',
  skipEmpty: 'skipEmpty=1',
  having: 'having=name',
  clean: 'clean=1',
  simplified: 'simplified=1',
  view: 'view=overview',
  bom: 'bom=1',
  delimiter: 'delimiter=;',
  skipHeaderRow: 'skipHeaderRow=1',
  xmlRoot: 'xmlRoot=furniture',
  xmlRow: 'xmlRow=piece',
  feedTitle: 'feedTitle=Furniture',
  feedDescription: 'feedDescription=Everything',
};

/** Values of the new step's parameter: a field that is common, rare, unwound, renamed, flattened. */
const conditions = [['price'], ['name', 'price'], ['rating'], ['title'], ['size.width'], ['size'], ['#id']];

interface Asked {
  readonly query: string;
  readonly names: readonly string[];
}

/** Queries with every other parameter, and with every two of them. */
export const asked: readonly Asked[] = (() => {
  const { format: _, having: __, ...others } = samples;
  const single = Object.values(others);
  const queries = ['', ...single, ...single.flatMap((one, at) => single.slice(at + 1).map((other) => joined(one, other)))];
  return queries.filter(isOnce).flatMap((query, at) => [
    { query, names: conditions[at % conditions.length] as string[] },
    { query, names: ['price'] },
  ]);
})();

/** Whether no parameter is given twice. */
function isOnce(query: string): boolean {
  const names = [...new URLSearchParams(query).keys()];
  return new Set(names).size === names.length;
}

export function joined(...queries: readonly string[]): string {
  return queries.filter((query) => query !== '').join('&');
}
