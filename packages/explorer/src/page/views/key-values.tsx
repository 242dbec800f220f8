import { useState } from 'preact/hooks';
import { getData } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { goTo } from '../app/location.js';
import { bytesText } from '../app/words.js';
import { LIVE } from '../dataset/dataset.js';
import { RecordText } from '../emulator/record-text.js';
import { StoreList } from '../emulator/store-list.js';
import { Failure } from '../parts/failure.js';
import { withValue } from '../query/search.js';
import { storePath } from './paths.js';
import type { View, ViewProps } from './view.js';

/** All key-value stores. */
export const keyValueStores: View = {
  path: '/storage/key-value-stores',
  also: ['/storage/key-value'],
  title: 'Key-value stores',
  menu: 'Key-value stores',
  needs: 'keyValueStores',
  Component: () => (
    <StoreList
      title="Key-value stores"
      path="/v2/key-value-stores"
      address={storePath}
      parameter="storeId"
      hint="A run makes one, and so does a client that opens a store."
    />
  ),
};

/** The records of a store, and one of them. */
export const keyValueStore: View = {
  path: storePath,
  also: ['/storage/key-value/:storeId'],
  title: 'Key-value store',
  needs: 'keyValueStores',
  Component: Store,
};

interface Keys {
  readonly items: readonly { readonly key: string; readonly size: number }[];
  readonly nextExclusiveStartKey?: string | null;
}

function Store({ parts: { storeId = '' }, search }: ViewProps) {
  const path = `/v2/key-value-stores/${encodeURIComponent(storeId)}`;
  const [from, setFrom] = useState<readonly string[]>([]);
  const start = from.at(-1);
  const { value, error, reload } = useLoad(
    async (signal) => {
      const store = await getData<{ id: string; name?: string | null }>(path, signal);
      const after = start === undefined ? '' : `&exclusiveStartKey=${encodeURIComponent(start)}`;
      return { store, keys: await getData<Keys>(`${path}/keys?limit=500${after}`, signal) };
    },
    [path, start],
    { every: LIVE },
  );
  const wanted = search.get('key') ?? undefined;
  if (error && !value) return <Failure error={error} retry={reload} title="This store cannot be shown" />;
  if (!value) return <p role="status">Loading…</p>;
  const { store, keys } = value;
  const next = keys.nextExclusiveStartKey;
  return (
    <main>
      <div>
        <nav class="crumbs" aria-label="Where you are">
          <a href="/storage/key-value-stores">Key-value stores</a> <span aria-hidden="true">/</span>
        </nav>
        <h1>{store.name || store.id}</h1>
      </div>
      <div class="split stacked">
        <section aria-label="Keys">
          {keys.items.length === 0 && <p class="notice">There are no records here.</p>}
          <ul class="keys">
            {keys.items.map(({ key, size }) => (
              <li key={key}>
                <a
                  href={`?${withValue(search, 'key', key)}`}
                  aria-current={key === wanted ? 'true' : undefined}
                  onClick={(event) => {
                    event.preventDefault();
                    goTo(`?${withValue(search, 'key', key)}`);
                  }}
                >
                  {key}
                </a>
                <small>{bytesText(size)}</small>
              </li>
            ))}
          </ul>
          {(from.length > 0 || next) && (
            <div class="row">
              <button type="button" disabled={from.length === 0} onClick={() => setFrom(from.slice(0, -1))}>
                Previous
              </button>
              <button type="button" disabled={!next} onClick={() => next && setFrom([...from, next])}>
                Next
              </button>
            </div>
          )}
        </section>
        {wanted !== undefined && (
          <section class="grow" aria-label={`Record ${wanted}`}>
            <h2>{wanted}</h2>
            <RecordText
              path={`${path}/records/${encodeURIComponent(wanted)}`}
              size={keys.items.find(({ key }) => key === wanted)?.size}
            />
          </section>
        )}
      </div>
    </main>
  );
}
