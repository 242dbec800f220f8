import { checkRows, error } from './rows.js';
import { type Files, jsonLines } from './scratch.js';

const schema = {
  actorSpecification: 1,
  views: {
    overview: {
      title: 'Overview',
      transformation: { fields: ['id', 'name'], limit: 2, desc: true },
      display: { component: 'table' },
    },
    offers: { title: 'Offers', transformation: { unwind: ['offers'], fields: ['id', 'price', 'name'], omit: ['name'] } },
    plain: { title: 'Plain' },
  },
};
const schemaText = JSON.stringify(schema);
const lines = jsonLines([
  { id: 1, name: 'a', offers: [{ price: 5 }, { price: 6 }] },
  { id: 2, name: 'b', offers: [] },
  { id: 3, name: 'c', offers: [{ price: 7 }] },
]);
const overview = '{"id":3,"name":"c"}\n{"id":2,"name":"b"}\n';
const offers = '{"id":1,"price":5}\n{"id":1,"price":6}\n{"id":3,"price":7}\n';

/** All possible places of the schema, with the value of `--schema`. */
const places: readonly [name: string, path: string, files: Files][] = [
  ['a schema file', 'schema.json', { 'schema.json': schemaText }],
  ['a schema file after a byte order mark', 'schema.json', { 'schema.json': `\ufeff${schemaText}` }],
  [
    'an .actor folder whose actor.json names the schema file',
    'my/.actor',
    {
      'my/.actor/actor.json': JSON.stringify({ name: 'x', storages: { dataset: '../schemas/items.json' } }),
      'my/schemas/items.json': schemaText,
      'my/.actor/dataset_schema.json': '{"views":{}}',
    },
  ],
  [
    'an .actor folder whose actor.json holds the schema',
    'my/.actor',
    { 'my/.actor/actor.json': JSON.stringify({ storages: { dataset: schema } }) },
  ],
  ['an .actor folder with dataset_schema.json only', 'my/.actor', { 'my/.actor/dataset_schema.json': schemaText }],
  [
    'an .actor folder whose actor.json tells of no dataset',
    'my/.actor',
    { 'my/.actor/actor.json': '{"name":"x"}', 'my/.actor/dataset_schema.json': schemaText },
  ],
  ['the folder that holds .actor', 'my', { 'my/.actor/dataset_schema.json': schemaText }],
];

const fromItems = ['export', '--format', 'jsonl', '-'];

checkRows('where views come from', [
  ...places.map(([name, path, files]) => ({
    name,
    args: [...fromItems, '--schema', path, '--view', 'overview'],
    files,
    input: lines,
    stdout: overview,
  })),
  {
    name: 'a schema that does not exist',
    args: [...fromItems, '--schema', 'no.json', '--view', 'overview'],
    status: 66,
    stderr: error('no.json: cannot be read: no such file or directory'),
  },
  {
    name: 'a folder without a schema names the file that it lacks',
    args: [...fromItems, '--schema', 'my', '--view', 'overview'],
    files: { 'my/.actor/actor.json': '{}' },
    status: 66,
    stderr: error('my/.actor/dataset_schema.json: cannot be read: no such file or directory'),
  },
  {
    name: 'a schema that is not JSON',
    args: [...fromItems, '--schema', 'schema.json', '--view', 'overview'],
    files: { 'schema.json': '{"views"' },
    status: 65,
    stderr: error('schema.json: line 1, byte 0: not valid JSON'),
  },
  {
    name: 'a schema that is not an object',
    args: [...fromItems, '--schema', 'schema.json', '--view', 'overview'],
    files: { 'schema.json': '[]' },
    status: 65,
    stderr: error('schema.json: line 1, byte 0: the dataset schema is not an object'),
  },
  {
    name: 'a transformation that is refused',
    args: [...fromItems, '--schema', 'schema.json', '--view', 'a'],
    files: { 'schema.json': '{"views":{"a":{"transformation":{"limit":-1}}}}' },
    status: 64,
    stderr: /^dataset-items: error: limit: got "-1", expected a whole number, 0 or more\n$/,
  },
]);

const withSchema = [...fromItems, '--schema', 'schema.json'];
const files = { 'schema.json': schemaText };

checkRows('what a view does', [
  { name: 'it unwinds and selects fields', args: [...withSchema, '--view', 'offers'], files, input: lines, stdout: offers },
  {
    name: 'without a transformation it does nothing',
    args: [...withSchema, '--view', 'plain'],
    files,
    input: lines,
    stdout: lines,
  },
  { name: 'a schema without --view does nothing', args: withSchema, files, input: lines, stdout: lines },
  { name: 'view= of --query is the same', args: [...withSchema, '--query', 'view=offers'], files, input: lines, stdout: offers },
  {
    name: '--fields wins over the view, and the view gives the rest',
    args: [...withSchema, '--view', 'overview', '--fields', 'name'],
    files,
    input: lines,
    stdout: '{"name":"c"}\n{"name":"b"}\n',
  },
  {
    name: '--limit wins over the view',
    args: [...withSchema, '--view', 'overview', '--limit', '1'],
    files,
    input: lines,
    stdout: '{"id":3,"name":"c"}\n',
  },
  {
    name: '--no-desc wins over the view',
    args: [...withSchema, '--view', 'overview', '--no-desc'],
    files,
    input: lines,
    stdout: '{"id":1,"name":"a"}\n{"id":2,"name":"b"}\n',
  },
  {
    name: 'an unknown view is refused, and the error lists the existing views',
    args: [...withSchema, '--view', 'overvew'],
    files,
    status: 64,
    stderr: error('view: no view is called "overvew"; there are: overview, offers, plain'),
  },
  {
    name: 'a property of all objects is not a view',
    args: [...withSchema, '--view', 'constructor'],
    files,
    status: 64,
    stderr: error('view: no view is called "constructor"; there are: overview, offers, plain'),
  },
  {
    name: 'a view without a schema is refused',
    args: [...fromItems, '--view', 'overview'],
    status: 64,
    stderr: error('view: no view is called "overview"; this dataset has no views'),
  },
]);
