import { fileURLToPath } from 'node:url';
import { checkRows, error, formatList, warning } from './rows.js';
import { jsonLines } from './scratch.js';

const example = fileURLToPath(new URL('../../examples/markdown.mjs', import.meta.url));
const library = new URL('../../packages/cli/dist/index.js', import.meta.url).href;
const lines = jsonLines([
  { name: 'Oak | table', price: 10 },
  { name: 'Ash chair', price: 7 },
]);
const table = '| name | price |\n| --- | --- |\n| Oak \\| table | 10 |\n| Ash chair | 7 |\n';
const own = (text: string) => ({ 'items.jsonl': lines, 'own.mjs': text });
const withOwn = ['export', 'items.jsonl', '--plugin', 'own.mjs'];
const withExample = ['export', 'items.jsonl', '--plugin', example];
const names = 'formats, inputs, map, filter, cell, columnLabels, columnOrder';
/** Lines of words, `.words`, which become items. */
const words = `import { defineInput, flag, wholeNumber } from '${library}';
export const inputs = {
  words: defineInput({
    extensions: ['words'],
    parameters: { upperCase: flag('In capitals'), least: wholeNumber('Least length', { defaultText: '1' }) },
    async *items({ chunks }, { upperCase, least = 1 }) {
      let text = '';
      for await (const chunk of chunks()) text += new TextDecoder().decode(chunk);
      for (const word of text.split('\\n')) if (word.length >= least) yield { word: upperCase ? word.toUpperCase() : word, at: new Date(0) };
    },
  }),
};`;
const withWords = { 'a.words': 'oak\nelm tree', 'own.mjs': words };
const fromWords = ['export', 'a.words', '--plugin', 'own.mjs', '--format', 'jsonl', '--fields', 'word'];
const asPackage = {
  'node_modules/@own/plugin/package.json': '{ "name": "@own/plugin", "type": "module", "exports": "./index.js" }',
  'node_modules/@own/plugin/index.js': 'export const other = 1; export const plugin = { map: ({ name }) => ({ name }) };',
};

checkRows('a plugin of the command', [
  { name: 'a format of its own', args: [...withExample, '--format', 'markdown'], files: own(''), stdout: table },
  {
    name: 'its parameters in --query',
    args: [...withExample, '--query', 'format=markdown&alignNumbers=1&limit=1&colour=red'],
    files: own(''),
    stdout: '| name | price |\n| --: | --: |\n| Oak \\| table | 10 |\n',
    stderr: warning('--query: the unknown parameter `colour` is ignored'),
  },
  { name: 'its extension for -o', args: [...withExample, '-o', 'items.md'], files: own(''), written: { 'items.md': table } },
  { name: 'the formats of the library remain', args: [...withExample, '--format', 'jsonl'], files: own(''), stdout: lines },
  {
    name: 'map and filter',
    args: [...withOwn, '--format', 'jsonl'],
    files: own('export const filter = ({ price }) => price > 7; export const map = ({ name }) => ({ name, at: new Date(0) });'),
    stdout: '{"name":"Oak | table","at":"1970-01-01T00:00:00.000Z"}\n',
  },
  {
    name: 'cell, labels and the order of columns',
    args: [...withOwn, '--format', 'csv', '--no-bom'],
    files: own(
      'export const cell = (value) => typeof value === "number" ? value.toFixed(2) : value; export const columnOrder = ["price"]; export const columnLabels = { name: "Name" };',
    ),
    stdout: '"price","Name"\r\n"10.00","Oak | table"\r\n"7.00","Ash chair"\r\n',
  },
  {
    // The command has a copy of its own of what a plugin imports.
    name: 'a format of the library',
    args: [...withOwn, '--format', 'names'],
    files: own(
      `import * as library from '${library}'; export const formats = { names: { ...library.formats.csv, extension: 'names' } };`,
    ),
    stdout: '\ufeff"name","price"\r\n"Oak | table","10"\r\n"Ash chair","7"\r\n',
  },
  {
    name: 'an error of the library',
    args: [...withOwn, '--format', 'jsonl'],
    files: own(
      `import { InvalidParameterError } from '${library}'; export const map = () => { throw new InvalidParameterError('a', 'b', 'c'); };`,
    ),
    status: 64,
    stderr: error('a: got "b", expected c'),
  },
  {
    name: 'a module that does not exist',
    args: ['export', 'items.jsonl', '--plugin', 'none.mjs'],
    status: 66,
    stderr: /^dataset-items: error: none\.mjs: cannot be loaded as a plugin: Cannot find module [^\n]*\n$/,
  },
  {
    name: 'a module that fails',
    args: withOwn,
    files: own('throw new Error("no licence");'),
    status: 66,
    stderr: error('own.mjs: cannot be loaded as a plugin: no licence'),
  },
  {
    name: 'an export that is misspelt',
    args: withOwn,
    files: own('export const maps = (record) => record;'),
    status: 64,
    stderr: error(`plugin: got "own.mjs", expected a module that exports only ${names}; it exports \`maps\``),
  },
  {
    name: 'an export of another kind',
    args: withOwn,
    files: own('export const map = {};'),
    status: 64,
    stderr: error('plugin: got "own.mjs", expected a module whose `map` is a function'),
  },
  {
    name: 'a format that the plugin does not have',
    args: [...withExample, '--format', 'pdf'],
    files: own(''),
    status: 64,
    stderr: error(`format: got "pdf", expected one of ${formatList}, markdown`),
  },
  {
    name: 'flags of a format of its own',
    args: [...withExample, '--format', 'markdown', '--align-numbers', '--limit', '1'],
    files: own(''),
    stdout: '| name | price |\n| --: | --: |\n| Oak \\| table | 10 |\n',
  },
  {
    name: 'a flag that the plugin does not have',
    args: [...withExample, '--format', 'markdown', '--align-number'],
    files: own(''),
    status: 64,
    stderr: /^dataset-items: error: unknown option '--align-number'\n\(Did you mean --align-numbers\?\)/,
  },
  {
    name: 'a flag of a plugin that is not given',
    args: ['export', 'items.jsonl', '--align-numbers'],
    files: own(''),
    status: 64,
    stderr: /^dataset-items: error: unknown option '--align-numbers'/,
  },
  {
    name: 'its flags in help',
    args: ['export', '--plugin', example, '--help'],
    stdout: /one of json|--format <name> .*markdown.*\nPlugin:\n {2}--align-numbers +Align columns to the right\n/s,
  },
  {
    name: 'a flag and the same parameter in --query',
    args: [...withExample, '--query', 'format=markdown&alignNumbers=1', '--align-numbers'],
    files: own(''),
    status: 64,
    stderr: error('alignNumbers: got "1 and true", expected it once, in --query or as --align-numbers'),
  },
  {
    name: 'parameters without a flag of their own remain in --query',
    args: [...withOwn, '--query', 'format=shout&output=!&noHeader=1&help=x', '-q', '--no-bom'],
    files: own(
      `import { defineTableFormat, flag, text } from '${library}'; const parameters = { output: text('a'), noHeader: flag('b'), help: text('c') };
      export const formats = { shout: defineTableFormat({ mediaType: 'text/x', extension: 'x', parameters, *write(_, { output, noHeader, help }) { yield [output, noHeader, help].join(); } }) };`,
    ),
    stdout: '!,true,x',
  },
  {
    name: 'the value of another flag is not a plugin',
    args: ['export', 'items.jsonl', '--fields', '--plugin', '--format', 'jsonl', '-q'],
    files: own(''),
    stdout: '{}\n{}\n',
  },
  {
    name: '--plugin=',
    args: ['export', 'items.jsonl', `--plugin=${example}`, '--format=markdown'],
    files: own(''),
    stdout: table,
  },
  { name: 'an input of its own', args: fromWords, files: withWords, stdout: '{"word":"oak"}\n{"word":"elm tree"}\n' },
  {
    name: 'flags of an input, and items of several inputs',
    args: [...fromWords, 'items.jsonl', '--upper-case', '--least', '4'],
    files: { ...withWords, 'items.jsonl': '{"word":"x"}\n' },
    stdout: '{"word":"ELM TREE"}\n{"word":"x"}\n',
  },
  {
    name: 'a refused value of a flag of an input',
    args: [...fromWords, '--least', 'x'],
    files: withWords,
    status: 64,
    stderr: error('least: got "x", expected a whole number, 0 or more'),
  },
  {
    name: 'an input from standard input, which needs its name',
    args: ['export', '-', '--plugin', 'own.mjs', '--input-format', 'words', '--format', 'jsonl', '--desc'],
    files: withWords,
    input: 'a\nb',
    stdout: '{"word":"b","at":"1970-01-01T00:00:00.000Z"}\n{"word":"a","at":"1970-01-01T00:00:00.000Z"}\n',
  },
  {
    name: 'an input that does not exist',
    args: ['export', 'a.words', '--plugin', 'own.mjs', '--input-format', 'word'],
    files: withWords,
    status: 64,
    stderr: error('inputFormat: got "word", expected one of jsonl, json, json-seq, csv, xlsx, directory, words'),
  },
  {
    name: 'an item that is no object: the error names the file',
    args: ['export', 'a.words', '--plugin', 'own.mjs'],
    files: {
      'a.words': '',
      'own.mjs': "export const inputs = { words: { extensions: ['words'], parameters: {}, items: () => [{}, 1n] } };",
    },
    status: 65,
    stderr: error('a.words: item 2: expected an object, got a bigint'),
  },
  {
    name: 'inspect with an input of its own',
    args: ['inspect', 'a.words', '--plugin', 'own.mjs', '--json', '--upper-case'],
    files: withWords,
    stdout: /"example": "\\"OAK\\""/,
  },
  {
    name: 'inputs of another kind',
    args: withOwn,
    files: own('export const inputs = { words: {} };'),
    status: 64,
    stderr: error('plugin: got "own.mjs", expected a module whose `inputs` is formats of `defineInput` by name'),
  },
  {
    name: 'formats of another kind',
    args: withOwn,
    files: own('export const formats = { words: {} };'),
    status: 64,
    stderr: error(
      'plugin: got "own.mjs", expected a module whose `formats/words` is a format, such as those of `defineTableFormat`',
    ),
  },
  {
    name: 'a package, whose `plugin` is one of its exports',
    args: ['export', 'items.jsonl', '--plugin', '@own/plugin', '--format', 'jsonl'],
    files: { ...own(''), ...asPackage },
    stdout: '{"name":"Oak | table"}\n{"name":"Ash chair"}\n',
  },
  {
    name: 'a package that is not installed',
    args: ['export', 'items.jsonl', '--plugin', '@own/none'],
    files: own(''),
    status: 66,
    stderr: /^dataset-items: error: @own\/none: cannot be loaded as a plugin: Cannot find package '@own\/none'[^\n]*\n$/,
  },
  {
    name: 'a Parquet file without its plugin',
    args: ['export', 'items.jsonl'],
    files: { 'items.jsonl': 'PAR1\u0015\u0000' },
    status: 65,
    stderr: error(
      'items.jsonl: line 1, byte 0: a Parquet file, which cannot be read; the plugin @dataset-items/parquet reads it',
    ),
  },
]);
