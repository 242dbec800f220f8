import { useMemo, useState } from 'preact/hooks';
import { pathTo } from '../app/address.js';
import { useSettings } from '../app/context.js';
import { goTo } from '../app/location.js';
import { datasetPath, type PanelName, useDataset, viewsOf } from '../dataset/dataset.js';
import { DatasetTable } from '../dataset/dataset-table.js';
import { DatasetHead } from '../dataset/head.js';
import { QueryPanel } from '../dataset/query-panel.js';
import { QueryWords } from '../dataset/query-words.js';
import { ViewTabs } from '../dataset/view-tabs.js';
import { Failure } from '../parts/failure.js';
import { hrefOf, known, queryNames } from '../query/search.js';
import type { View, ViewProps } from './view.js';

/** The items of a dataset as a table, and the query that makes its records. */
export const dataset: View = { path: datasetPath, title: 'Dataset', Component: DatasetView };

function DatasetView({ parts: { datasetId = '' }, search }: ViewProps) {
  const settings = useSettings();
  const { value, error, reload } = useDataset(datasetId);
  const [panel, setPanel] = useState<PanelName>();
  const query = useMemo(() => known(search, queryNames(settings)), [search, settings]);
  const views = useMemo(() => viewsOf(value?.schema), [value?.schema]);
  const path = pathTo(datasetPath, { datasetId });
  const change = (next: URLSearchParams): void => goTo(hrefOf(path, next));
  if (error !== undefined && value === undefined)
    return <Failure error={error} retry={reload} title="This dataset cannot be shown" />;
  const toggle = (name: PanelName) => setPanel(panel === name ? undefined : name);
  return (
    <main class="dataset">
      <DatasetHead dataset={value} id={datasetId} search={search} panel={panel} onPanel={toggle} />
      {views.length > 0 && <ViewTabs views={views} search={search} path={path} />}
      <QueryWords query={query} onChange={change} search={search} />
      <div class="split">
        <DatasetTable
          dataset={value}
          search={search}
          query={query}
          views={views}
          panel={panel}
          onPanel={setPanel}
          onChange={change}
        />
        {panel === 'query' && value && (
          <QueryPanel dataset={value} search={search} views={views} onChange={change} onClose={() => setPanel(undefined)} />
        )}
      </div>
    </main>
  );
}
