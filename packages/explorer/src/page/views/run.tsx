import { useState } from 'preact/hooks';
import { getData, send } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { pathTo } from '../app/address.js';
import { useSettings } from '../app/context.js';
import { quantity } from '../app/words.js';
import { type Dataset, datasetPath } from '../dataset/dataset.js';
import { Failure } from '../parts/failure.js';
import { LiveLog } from '../runs/live-log.js';
import { durationText, isOver, type Run, runPath } from '../runs/run.js';
import { Status } from '../runs/status.js';
import { queuePath, storePath } from './paths.js';
import { actorPath } from './start.js';
import type { View, ViewProps } from './view.js';

/** One run: its status, its log as it is written, and what it has stored. */
export const run: View = { path: runPath, also: ['/actors/runs/:runId'], title: 'Run', needs: 'actors', Component: RunView };

function RunView({ parts: { runId = '' } }: ViewProps) {
  const { readOnly } = useSettings();
  const path = `/v2/actor-runs/${encodeURIComponent(runId)}`;
  const [failure, setFailure] = useState<Error>();
  const { value, error, reload } = useLoad(
    async (signal) => {
      const found = await getData<Run>(path, signal);
      const items = await getData<Dataset>(`/v2/datasets/${encodeURIComponent(found.defaultDatasetId)}`, signal).catch(
        () => undefined,
      );
      return { found, items };
    },
    [path],
    { every: 1000 },
  );
  if (error && !value) return <Failure error={error} retry={reload} title="This run cannot be shown" />;
  if (!value) return <p role="status">Loading…</p>;
  const { found, items } = value;
  const { status, statusMessage, exitCode, actId, defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId } = found;
  const abort = (): void => {
    send(`${path}/abort`, { method: 'POST' }).then(reload, setFailure);
  };
  return (
    <main>
      <div class="head">
        <div>
          <nav class="crumbs" aria-label="Where you are">
            <a href="/actors">Runs</a> <span aria-hidden="true">/</span>{' '}
            <a href={pathTo(actorPath, { actorId: actId })}>{actId}</a> <span aria-hidden="true">/</span>
          </nav>
          <h1>Run {found.id}</h1>
          <p class="facts" role="status">
            <Status status={status} />
            <span>{durationText(found, Date.now())}</span>
            {typeof exitCode === 'number' && <span>exit code {exitCode}</span>}
            {statusMessage && <span>{statusMessage}</span>}
          </p>
        </div>
        <div class="actions">
          {!isOver(found) && !readOnly && (
            <button type="button" onClick={abort}>
              Abort
            </button>
          )}
          <a class="button main" href={pathTo(datasetPath, { datasetId: defaultDatasetId })}>
            {items ? quantity(items.itemCount, 'item') : 'Items'}
          </a>
          <a class="button" href={pathTo(storePath, { storeId: defaultKeyValueStoreId })}>
            Records
          </a>
          <a class="button" href={pathTo(queuePath, { queueId: defaultRequestQueueId })}>
            Queue
          </a>
        </div>
      </div>
      {failure && <Failure error={failure} />}
      <LiveLog runId={found.id} />
    </main>
  );
}
