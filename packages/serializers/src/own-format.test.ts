import { compile } from '@dataset-items/query-pipeline';
import { expect, it } from 'vitest';
import { defineDocumentFormat, type Part } from './own-format.js';
import { replacementTally } from './replacements.js';

const kib = 1024;
const rows: { what: string; parts: Part[]; bom?: boolean; binary?: boolean; chunks: string[] }[] = [
  { what: 'nothing', parts: [], chunks: [] },
  { what: 'empty parts', parts: ['', new Uint8Array()], chunks: [] },
  { what: 'a byte order mark alone', parts: [], bom: true, chunks: ['\ufeff'] },
  { what: 'a byte order mark before bytes', parts: [Buffer.from('b')], bom: true, chunks: ['\ufeff', 'b'] },
  { what: 'no byte order mark in a binary format', parts: [Buffer.from('b')], bom: true, binary: true, chunks: ['b'] },
  { what: 'texts joined', parts: ['a', 'b', '', 'c'], chunks: ['abc'] },
  { what: 'bytes between texts, in their order', parts: ['a', Buffer.from('b'), 'c'], chunks: ['a', 'b', 'c'] },
  {
    what: 'chunks of 64 KiB or more',
    parts: ['x'.repeat(40 * kib), 'y'.repeat(24 * kib - 1), 'z', 'é'],
    chunks: [`${'x'.repeat(40 * kib)}${'y'.repeat(24 * kib - 1)}z`, 'é'],
  },
];

it.each(rows)('parts of a format of your own become chunks: $what', async ({ parts, bom, binary, chunks }) => {
  const format = defineDocumentFormat({
    mediaType: 'text/x-own',
    extension: 'own',
    ...(binary && { binary }),
    write: () => parts,
  });
  const records = compile({}).records(noItems());
  const facts = { id: 'd', name: 'd', modifiedAt: undefined };
  const written: string[] = [];
  for await (const chunk of format.serializer({ ...(bom && { bom }) }, facts, replacementTally())(records)) {
    written.push(Buffer.from(chunk).toString());
  }
  expect(written).toEqual(chunks);
});

async function* noItems() {}
