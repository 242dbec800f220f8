import { expect, it } from 'vitest';
import { emulated } from '../../testing/emulated.js';
import type { FunctionCall } from '../work.js';

/** Pushes a stored value, after it has changed the bytes that it gave to be stored, and those that it got. */
const changing = async ({ setValue, getValue, pushData }: FunctionCall): Promise<void> => {
  const given = Buffer.from('ab');
  await setValue('BYTES', given);
  given.fill('x');
  const got = (await getValue('BYTES')) as Buffer;
  await pushData({ stored: got.toString('latin1') });
  got.fill('x');
  await pushData({ stored: String(await getValue('BYTES')) });
};

it('a function may change the bytes that it stores and gets: in memory they are copies', async () => {
  const { ask } = await emulated({ actors: { changing } });
  const { body } = await ask('POST /v2/acts/changing/run-sync-get-dataset-items');
  expect(body).toEqual([{ stored: 'ab' }, { stored: 'ab' }]);
});
