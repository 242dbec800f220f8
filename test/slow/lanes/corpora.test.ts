import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { oddKeys, plainKeys } from '../../../packages/kernel/src/testing/spelling.js';
import { fixtures } from '../../doors/cases.js';
import { type Compared, compare } from '../../laws/lanes/compare.js';
import { arrayOf, caseOf, formats } from '../../laws/lanes/stored-case.js';

const folder = new URL('corpora/', fixtures);
const corpora = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
const queries = [
  '',
  'desc=1&offset=3&limit=40',
  'clean=1',
  'fields=url,title,id&outputFields=u,t,i',
  'omit=url,id,repository.owner',
  'unwind=images,offers',
];

it.each(corpora)('%s', async (name) => {
  const compared: Compared = { cases: 0, failed: 0, inKernel: 0, changed: 0, exact: 0, parsed: new Map() };
  const text = readFileSync(new URL(name, folder));
  for (const query of queries) {
    for (const format of formats) await compare(caseOf(text, `${query}&format=${format}`), compared);
  }
  await compare(caseOf(arrayOf(text.toString()), 'format=jsonl', { layout: 'json' }), compared);
  expect(compared.failed).toBe(0);
  expect(compared.inKernel).toBeGreaterThan(0);
});

it('texts that are JSON, that are not, and that may be', async () => {
  const suite = fileURLToPath(new URL('JSONTestSuite/', folder));
  const names = readdirSync(suite, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  expect(names.length).toBeGreaterThan(100);
  for (const name of names) {
    const text = readFileSync(join(suite, name));
    for (const skipMalformed of [false, true]) {
      await compare(caseOf(text, 'format=jsonl', { layout: 'json', skipMalformed }));
      await compare(caseOf(Buffer.concat([Buffer.from('{"a":'), text, Buffer.from('}')]), 'format=csv', { skipMalformed }));
    }
  }
});

it('more keys than the table of nodes has room for', async () => {
  const item = (index: number): string => {
    const others = [...plainKeys.slice(0, index % 5), ...(index % 97 === 0 ? oddKeys.slice(0, 2) : [])];
    return `{"u":[{"key ${index}":${index},"a":"x"}],"f":{"${'k'.repeat(index % 40)}":{"${index}":1}},${others.map((key) => `${key}:1,`).join('')}"z":1}`;
  };
  const text = Buffer.from(Array.from({ length: 12_000 }, (_, index) => item(index)).join('\n'));
  const compared: Compared = { cases: 0, failed: 0, inKernel: 0, changed: 0, exact: 0, parsed: new Map() };
  for (const query of [
    'format=jsonl',
    'format=jsonl&unwind=u&flatten=f',
    'format=json&unwind=u&fields=u,z,f',
    'format=csv&unwind=u&maxColumns=50',
    'format=xml&unwind=u&flatten=f',
    'format=rss',
  ]) {
    await compare(caseOf(text, query), compared);
  }
  expect(compared.inKernel).toBeGreaterThan(12_000);
});
