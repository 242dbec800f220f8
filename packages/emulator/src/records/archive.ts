import { corsHeaders } from '@dataset-items/http';
import { zip } from '@dataset-items/serializers';
import type { StoredKeyValues } from '../key-value/index.js';

/** Records that are listed at once. */
const PAGE = 1000;

/** A ZIP archive of the records of a store, each a file with the name of its key. Records are read one after the other. */
export function archiveResponse(request: Request, store: StoredKeyValues, prefix: string | undefined): Response {
  const headers = {
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename="${store.facts.name ?? store.facts.id}.zip"`,
    'x-content-type-options': 'nosniff',
    ...corsHeaders,
  };
  if (request.method === 'HEAD') return new Response(null, { headers });
  store.read();
  const bytes = zip(recordsOf(store, prefix), { level: 6, modifiedAt: store.facts.modifiedAt });
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await bytes.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await bytes.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers });
}

async function* recordsOf(store: StoredKeyValues, prefix: string | undefined) {
  let exclusiveStartKey: string | undefined;
  do {
    const { items, nextExclusiveStartKey } = await store.keys({ limit: PAGE, exclusiveStartKey, prefix });
    for (const { key } of items) {
      const record = await store.get(key);
      // It may have been deleted since it was listed.
      if (record !== undefined) yield { name: key, content: inOneChunk(record.value) };
    }
    exclusiveStartKey = nextExclusiveStartKey;
  } while (exclusiveStartKey !== undefined);
}

async function* inOneChunk(value: Uint8Array): AsyncGenerator<Uint8Array> {
  yield value;
}
