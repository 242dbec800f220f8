import type { ApifyClient } from 'apify-client';
import { describe, expect, it } from 'vitest';
import { emulate, versions } from './emulated.js';

const { url } = await emulate({ actors: { shop: async () => {} } });

const calls: readonly [name: string, message: RegExp, call: (client: ApifyClient) => Promise<unknown>][] = [
  ['actors().create', /POST \/v2\/actors of the API.*emulator\.json/, (client) => client.actors().create({ name: 'new' })],
  [
    'actor.update',
    /PUT \/v2\/actors\/:actorId of the API.*emulator\.json/,
    (client) => client.actor('shop').update({ title: 'x' }),
  ],
  // A 404 would look like success here.
  ['actor.delete', /DELETE \/v2\/actors\/:actorId of the API.*emulator\.json/, (client) => client.actor('shop').delete()],
  ['actor.build', /POST \/v2\/actors\/:actorId\/builds .*emulator\.json/, (client) => client.actor('shop').build('0.1')],
  // A 404 would look like a missing record here.
  [
    'envVar.get',
    /GET \/v2\/actors\/:actorId\/versions\/:versionNumber\/env-vars\/:envVarName .*`env` of the actor/,
    (client) => client.actor('shop').version('0.0').envVar('A').get(),
  ],
];

describe.each(versions)('what is not served, with apify-client $version', ({ connect }) => {
  it.each(calls)('%s: one attempt, then an error that says what to do', async (_, message, call) => {
    const client = connect(url);
    const error = await call(client).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'ApifyApiError',
      statusCode: 405,
      type: 'not-implemented',
      attempt: 1,
      message: expect.stringMatching(message),
    });
    expect(client.stats.requests).toBe(1);
  });
});
