import { createContext, Script } from 'node:vm';
import { formats } from '@dataset-items/serializers';
import { exportItems } from 'dataset-items';
import { describe, expect, it } from 'vitest';
import { bundle, portableFormats } from './bundles.js';
import { facts, items, query, writtenInContext } from './portable-items.js';

/** A context with only the APIs that pages, workers and all edge runtimes have. Code generation from text is switched off. */
function bareContext(): object {
  return createContext({ TextEncoder, TextDecoder, URL, URLSearchParams }, { codeGeneration: { strings: false, wasm: false } });
}

async function fromNode(format: string): Promise<string> {
  const { bytes } = await exportItems(items, `${query}&format=${format}`, { facts });
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString('base64');
}

describe.each(portableFormats)('%s without Node', (format) => {
  it('writes the same in an empty context as in Node', async () => {
    const { code } = await bundle(format);
    const context = bareContext();
    new Script(code).runInContext(context);
    const written: unknown = await new Script(writtenInContext).runInContext(context);
    expect(written).toBe(await fromNode(format));
  });

  it('does not include the other formats', async () => {
    const { code } = await bundle(format);
    const brought = Object.entries(formats).filter(([, { summary }]) => code.includes(summary));
    expect(brought.map(([name]) => name)).toEqual([format]);
  });
});

it('a query runs in an empty context', async () => {
  const { code } = await bundle();
  const context = bareContext();
  new Script(code).runInContext(context);
  const records: unknown = new Script(
    `const { transform } = exported.compile(exported.parseQuery(new URLSearchParams('unwind=a&fields=a,b')));
     JSON.stringify([...transform([{ a: [{ b: 1 }, 2], c: 3 }])])`,
  ).runInContext(context);
  expect(records).toBe('[{"b":1},{"a":2}]');
});
