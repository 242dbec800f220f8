import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { type Part, zip } from './zip.js';

const scratch = mkdtempSync(join(tmpdir(), 'zip-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const text = Buffer.from(Array.from({ length: 20_000 }, (_, n) => `<c r="A${n}"><v>${(n * 7919) % 1009}</v></c>`).join(''));
const noise = Buffer.from(Uint32Array.from({ length: 100_000 }, (_, n) => Math.imul(n + 1, 0x9e3779b1) ^ (n << 7)).buffer);

const contents: readonly { readonly what: string; readonly pieces: readonly Uint8Array[] }[] = [
  { what: 'no piece', pieces: [] },
  { what: 'an empty piece', pieces: [Buffer.alloc(0)] },
  { what: 'a byte', pieces: [Buffer.from('x')] },
  { what: 'pieces smaller than what a match reaches over', pieces: cut(text.subarray(0, 100_000), 1000) },
  { what: 'an empty piece among others', pieces: [text, Buffer.alloc(0), text] },
  { what: 'many pieces', pieces: cut(text, 100_000) },
  { what: 'what gets no smaller', pieces: cut(noise, 300_000) },
];

/** Programs on this machine that check an archive. */
const checkers = [
  { program: 'unzip', args: ['-tq'], says: /^No errors detected/ },
  { program: 'python3', args: ['-m', 'zipfile', '-t'], says: /^Done testing\s*$/ },
].filter(({ program }) => spawnSync(program, ['--help']).error === undefined);

describe.each([1, 6, 9])('level %i', (level) => {
  const parts = (): AsyncGenerator<Part> =>
    each([
      { name: 'größe.xml', content: '<ü/>' },
      ...contents.map(({ what, pieces }) => ({ name: what, content: each(pieces) })),
      { name: 'last', content: '' },
    ]);
  const expected: readonly (readonly [string, Buffer])[] = [
    ['größe.xml', Buffer.from('<ü/>')],
    ...contents.map(({ what, pieces }) => [what, Buffer.concat(pieces)] as const),
    ['last', Buffer.alloc(0)],
  ];
  const written = async (): Promise<Buffer> => buffer(zip(parts(), { level, modifiedAt: undefined }));

  it('has the given content, read by yauzl', async () => {
    const archive = await fromBufferPromise(await written());
    const names: string[] = [];
    for await (const entry of archive.eachEntry()) {
      const content = expected[names.push(entry.fileName) - 1]?.[1];
      expect(content?.equals(await buffer(await archive.openReadStreamPromise(entry)))).toBe(true);
      expect(entry.crc32).toBe(crc32(content ?? ''));
    }
    expect(names).toEqual(expected.map(([name]) => name));
  });

  it.each(checkers)('is valid for $program', async ({ program, args, says }) => {
    const path = join(scratch, `${level}.zip`);
    writeFileSync(path, await written());
    const { status, stdout, stderr } = spawnSync(program, [...args, path], { encoding: 'utf8' });
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringMatching(says)]);
  });

  it('is as small as if it were compressed in one go', async () => {
    const { length } = await buffer(
      zip(each([{ name: 'a', content: each(cut(text, 300_000)) }]), { level, modifiedAt: undefined }),
    );
    expect(length).toBeLessThan(deflateRawSync(text, { level }).length * 1.02 + 200);
  });
});

it('frees the memory of a chunk when the next one is requested, if the reader says so', async () => {
  const written = async (reusesChunks: boolean) => {
    const copies: Buffer[] = [];
    const chunks: Uint8Array[] = [];
    const parts = each<Part>([{ name: 'a', content: each([text, text, noise, text]) }]);
    for await (const chunk of zip(parts, { level: 1, modifiedAt: undefined, reusesChunks })) {
      copies.push(Buffer.from(chunk));
      chunks.push(chunk);
    }
    return { bytes: Buffer.concat(copies), freed: chunks.filter(({ length }) => length === 0).length };
  };
  const [kept, reused] = [await written(false), await written(true)];
  expect(reused.bytes.equals(kept.bytes)).toBe(true);
  expect(kept.freed).toBe(0);
  expect(reused.freed).toBeGreaterThan(0);
});

it('gives no empty chunk, also if the end of the archive fills the last one', async () => {
  const withEmpty: number[] = [];
  for (let length = 65_300; length <= 65_500; length += 5) {
    const parts = each<Part>([{ name: 'a', content: each([noise.subarray(0, length)]) }]);
    for await (const chunk of zip(parts, { level: 1, modifiedAt: undefined })) if (chunk.length === 0) withEmpty.push(length);
  }
  expect(withEmpty).toEqual([]);
});

describe('closes its parts and their contents', () => {
  const closing = (fault?: Error): { parts: AsyncGenerator<Part>; closed: string[] } => {
    const closed: string[] = [];
    const content = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (let n = 0; fault === undefined || n < 20; n++) yield noise;
        throw fault;
      } finally {
        closed.push('content');
      }
    };
    const parts = async function* (): AsyncGenerator<Part> {
      try {
        yield { name: 'endless', content: content() };
      } finally {
        closed.push('parts');
      }
    };
    return { parts: parts(), closed };
  };

  it('when it is left early', async () => {
    const { parts, closed } = closing();
    let chunks = 0;
    for await (const chunk of zip(parts, { level: 1, modifiedAt: undefined })) if (chunk.length > 0 && ++chunks === 3) break;
    expect(closed).toEqual(['content', 'parts']);
  });

  it('when they fail, and passes on the error', async () => {
    const fault = new Error('it ends here');
    const { parts, closed } = closing(fault);
    await expect(buffer(zip(parts, { level: 1, modifiedAt: undefined }))).rejects.toBe(fault);
    expect(closed).toEqual(['content', 'parts']);
  });
});

function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

async function* each<T>(elements: Iterable<T>): AsyncGenerator<T> {
  yield* elements;
}
