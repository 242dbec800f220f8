import { createPause, exportItems, itemsHandler, textSource, toNodeHandler } from 'dataset-items';
import { describe, expect, it } from 'vitest';
import { serve } from '../../packages/http/src/testing/serve.js';

const texts = Array.from({ length: 400 }, (_, n) =>
  JSON.stringify({ n, text: `row ${n}`, list: [{ a: n }, { b: [n, null] }], object: { c: 'x'.repeat(n % 90) } }),
);

describe('many exports at once', () => {
  const queries = [
    ...['format=jsonl', 'format=json&indent=3', 'format=csv', 'format=html', 'format=csv&unwind=list&flatten=object'],
    ...['format=jsonl&fields=text,n&outputFields=1,0', 'format=jsonl&unwind=list&fields=n,list'],
  ];

  it('64 requests to one server give what each gives alone', async () => {
    const handler = itemsHandler(() => ({ source: textSource({ texts: () => texts, total: () => texts.length }) }));
    const address = await serve(toNodeHandler(handler));
    const alone = new Map<string, string>();
    for (const query of queries) {
      const { bytes } = await exportItems(textSource({ texts: () => texts }), query, { byteLane: false });
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(chunk);
      alone.set(query, Buffer.concat(chunks).toString());
    }
    const asked = Array.from({ length: 64 }, (_, index) => queries[index % queries.length] as string);
    const answers = await Promise.all(
      asked.map(async (query) => {
        const response = await fetch(`${address}/?${query}`);
        return { query, status: response.status, text: Buffer.from(await response.arrayBuffer()).toString() };
      }),
    );
    expect(answers).toEqual(asked.map((query) => ({ query, status: 200, text: alone.get(query) })));
  });
});

describe('an item that gives a million records', () => {
  const million = JSON.stringify({ u: Array.from({ length: 1_000_000 }, (_, n) => ({ n })), name: 'x' });

  /** Between two pauses: what one turn of the event loop does at most. */
  async function turns(query: string, leaveAfter = Number.POSITIVE_INFINITY) {
    let pauses = 0;
    let chunks = 0;
    let bytes = 0;
    let most = 0;
    let since = 0;
    const pause = (): undefined => {
      pauses++;
      most = Math.max(most, since);
      since = 0;
    };
    const made = await exportItems(textSource({ texts: () => [million] }), query, { pause });
    for await (const chunk of made.bytes) {
      since += chunk.length;
      bytes += chunk.length;
      if (++chunks === leaveAfter) break;
    }
    return { pauses, chunks, bytes, most, report: await made.report };
  }

  it.each(['jsonl', 'json'])('%s: is written bit by bit, with a pause in between', async (format) => {
    const { most, pauses, report } = await turns(`format=${format}&unwind=u`);
    expect(report.recordsWritten).toBe(1_000_000);
    expect(most).toBeLessThan(1024 * 1024);
    // A pause for each 4096 records at least, and for the tape of the item.
    expect(pauses).toBeGreaterThan(1_000_000 / 4096);
  });

  it('csv: is tabulated bit by bit', async () => {
    const { pauses, report } = await turns('format=csv&unwind=u');
    expect(report.recordsWritten).toBe(1_000_000);
    expect(pauses).toBeGreaterThan(50);
  });

  it('nothing is made that nobody asks for', async () => {
    const { report, chunks } = await turns('format=jsonl&unwind=u', 2);
    expect(chunks).toBe(2);
    expect(report.complete).toBe(false);
    expect(report.recordsWritten).toBeLessThan(100_000);
  });
});

it('exports that wait for each other take turns', async () => {
  const order: number[] = [];
  const pause = createPause(0);
  const one = async (number: number): Promise<void> => {
    const { bytes } = await exportItems(
      textSource({ texts: () => Array.from({ length: 20 }, () => texts).flat() }),
      'format=jsonl',
      {
        pause,
      },
    );
    for await (const _ of bytes) order.push(number);
  };
  await Promise.all([one(0), one(1), one(2)]);
  const firstEnd = Math.min(...[0, 1, 2].map((number) => order.lastIndexOf(number)));
  // Before the first of them is done, each has handed out something.
  expect(new Set(order.slice(0, firstEnd + 1)).size).toBe(3);
});
