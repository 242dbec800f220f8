import { cpSync, mkdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scratchDirectory } from '../../../sources/src/testing/scratch.js';
import type { FunctionCall } from '../runs/work.js';
import { json } from '../starting/testing/shop.js';
import { emulated } from '../testing/emulated.js';

const { path: folder, write } = scratchDirectory();
const secret = { title: 'Secret', type: 'string', description: 'x', editor: 'textfield', isSecret: true };
const input = { title: 'Shop', type: 'object', schemaVersion: 1, properties: { secret } };
mkdirSync(`${folder}/.actor`);
write('.actor/actor.json', JSON.stringify({ actorSpecification: 1, name: 'shop', version: '0.0', input }));

const echo = async ({ input: given, setValue }: FunctionCall): Promise<void> => setValue('OUTPUT', given ?? null);
const waiting = `console.log('up'); setInterval(() => {}, 1000);`;
const rewriting = `require('node:fs').writeFileSync(process.env.CRAWLEE_STORAGE_DIR + '/key_value_stores/default/INPUT.json', '{"secret":"new"}');`;

it.each([
  ['as it was given', waiting, /^ENCRYPTED_VALUE:/, 'given'],
  ['that its actor changed', rewriting + waiting, /^new$/, 'new'],
])('of a run in local mode that was killed with the emulator, an input %s is kept', async (_, script, kept, revealed) => {
  const [first, second] = [`${folder}/${revealed}-1`, `${folder}/${revealed}-2`];
  const command = ['node', '-e', script];
  const { ask, emulator } = await emulated({ storage: first, actors: { shop: { command, folder, mode: 'local' } } });
  const { id } = (await ask('POST /v2/acts/shop/runs', { secret: 'given' }, json)).body.data;
  await expect.poll(async () => (await ask(`GET /v2/logs/${id}`)).text).toContain(' up\n');
  // What a process that is killed now leaves.
  cpSync(first, second, { recursive: true });

  const again = await emulated({ storage: second, actors: { shop: { run: echo, folder } } });
  expect((await again.ask(`GET /v2/actor-runs/${id}`)).body.data.status).toBe('ABORTED');
  const record = (await again.ask(`GET /v2/actor-runs/${id}/key-value-store/records/INPUT`)).body;
  expect(record.secret).toMatch(kept);
  expect((await again.ask('POST /v2/acts/shop/run-sync', record, json)).body).toEqual({ secret: revealed });
  await again.emulator.close();
  await emulator.close();
});
