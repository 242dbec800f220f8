import { getData } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { pathTo } from '../app/address.js';
import { agoText, countText } from '../app/words.js';
import { LIVE } from '../dataset/dataset.js';
import { Failure } from '../parts/failure.js';

interface Stored {
  readonly id: string;
  readonly name?: string | null;
  readonly modifiedAt: string;
  readonly totalRequestCount?: number;
  readonly handledRequestCount?: number;
}

interface StoreListProps {
  readonly title: string;
  /** Path of the list in the API. */
  readonly path: string;
  /** Address of one of them on the page, with its parameter. */
  readonly address: string;
  readonly parameter: string;
  /** What makes the first one. */
  readonly hint: string;
}

/** Key-value stores or request queues. */
export function StoreList({ title, path, address, parameter, hint }: StoreListProps) {
  const { value, error, reload } = useLoad(
    (signal) => getData<{ total: number; items: readonly Stored[] }>(`${path}?unnamed=1&desc=1&limit=1000`, signal),
    [path],
    { every: LIVE },
  );
  const now = Date.now();
  const isQueue = value?.items.some(({ totalRequestCount }) => totalRequestCount !== undefined);
  return (
    <main>
      <h1>{title}</h1>
      {error && <Failure error={error} retry={reload} title="They cannot be listed" />}
      {!value && !error && <p role="status">Loading…</p>}
      {value?.items.length === 0 && <p class="notice">There is none yet. {hint}</p>}
      {value && value.items.length > 0 && (
        <div class="scrolled">
          <table class="list">
            <thead>
              <tr>
                <th scope="col">Name</th>
                {isQueue && <th scope="col">Handled</th>}
                <th scope="col">Changed</th>
              </tr>
            </thead>
            <tbody>
              {value.items.map((stored) => (
                <tr key={stored.id}>
                  <th scope="row">
                    <a href={pathTo(address, { [parameter]: stored.id })}>{stored.name || stored.id}</a>
                  </th>
                  {isQueue && (
                    <td>
                      {countText(stored.handledRequestCount ?? 0)} of {countText(stored.totalRequestCount ?? 0)}
                    </td>
                  )}
                  <td title={stored.modifiedAt}>{agoText(stored.modifiedAt, now)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </main>
  );
}
