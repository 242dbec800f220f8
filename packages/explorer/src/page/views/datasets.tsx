import { useState } from 'preact/hooks';
import { getData } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { pathTo } from '../app/address.js';
import { goTo } from '../app/location.js';
import { agoText, bytesText, countText, quantity } from '../app/words.js';
import { type Dataset, datasetPath, LIVE, nameOf } from '../dataset/dataset.js';
import { CopyText } from '../parts/copy-text.js';
import { Failure } from '../parts/failure.js';
import { withValue } from '../query/search.js';
import type { View, ViewProps } from './view.js';

/** All datasets, with counts that move while items are pushed. */
export const datasets: View = {
  path: '/',
  also: ['/storage', '/storage/datasets'],
  title: 'Datasets',
  menu: 'Datasets',
  Component: Datasets,
};

interface List {
  readonly total: number;
  readonly items: readonly Dataset[];
}

/** Most that a server lists at once. */
const MOST = 1000;

function Datasets({ search }: ViewProps) {
  const { value, error, reload } = useLoad((signal) => getData<List>(`/v2/datasets?unnamed=1&desc=1&limit=${MOST}`, signal), [], {
    every: LIVE,
  });
  const [wanted, setWanted] = useState(search.get('find') ?? '');
  const shown = value?.items.filter((each) =>
    `${nameOf(each)} ${each.name} ${each.id}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  return (
    <main>
      <div class="head">
        <h1>Datasets</h1>
        <div class="actions">
          <input
            type="search"
            aria-label="Find a dataset by its name or ID"
            placeholder="Find by name or ID"
            value={wanted}
            onInput={(event) => {
              setWanted(event.currentTarget.value);
              goTo(`?${withValue(search, 'find', event.currentTarget.value)}`, { replace: true });
            }}
          />
        </div>
      </div>
      {error && <Failure error={error} retry={reload} title="The datasets cannot be listed" />}
      {shown && shown.length > 0 && <DatasetList datasets={shown} />}
      {shown?.length === 0 && (wanted ? <NothingFound wanted={wanted} /> : <NoDatasets />)}
      {value && value.total > value.items.length && (
        <p class="faint">
          The latest {countText(value.items.length)} of {countText(value.total)} are listed. Others are at{' '}
          <code>/storage/datasets/ID</code>.
        </p>
      )}
      {!value && !error && <p role="status">Loading…</p>}
    </main>
  );
}

function DatasetList({ datasets: listed }: { readonly datasets: readonly Dataset[] }) {
  const now = Date.now();
  return (
    <div class="scrolled">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="number">
              Items
            </th>
            <th scope="col" class="number">
              Size
            </th>
            <th scope="col">Changed</th>
            <th scope="col">Created</th>
          </tr>
        </thead>
        <tbody>
          {listed.map((dataset) => (
            <tr key={dataset.id}>
              <th scope="row">
                <a href={pathTo(datasetPath, { datasetId: dataset.id })}>{nameOf(dataset)}</a>
                {dataset.actRunId && <small> of run {dataset.actRunId}</small>}
              </th>
              {dataset.error ? (
                <td colSpan={4}>cannot be read: {dataset.error.message}</td>
              ) : (
                <>
                  <td class="number">{countText(dataset.itemCount)}</td>
                  <td class="number">{dataset.stats?.storageBytes === undefined ? '' : bytesText(dataset.stats.storageBytes)}</td>
                  <td title={dataset.modifiedAt}>{agoText(dataset.modifiedAt, now)}</td>
                  <td title={dataset.createdAt}>{agoText(dataset.createdAt, now)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="faint" role="status">
        {quantity(listed.length, 'dataset')}
      </p>
    </div>
  );
}

function NothingFound({ wanted }: { readonly wanted: string }) {
  return (
    <div class="notice" role="status">
      <p>
        No dataset has <strong>{wanted}</strong> in its name or ID.
      </p>
    </div>
  );
}

function NoDatasets() {
  return (
    <div class="notice">
      <h2>No datasets yet</h2>
      <p>This page shows a dataset as soon as there is one. A run makes one, and so does this command:</p>
      <CopyText label="A command that makes a dataset" text={`curl -X POST '${location.origin}/v2/datasets?name=products'`} />
    </div>
  );
}
