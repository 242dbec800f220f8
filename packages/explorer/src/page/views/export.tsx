import { useMemo } from 'preact/hooks';
import { pathTo } from '../app/address.js';
import { useSettings } from '../app/context.js';
import { goTo } from '../app/location.js';
import { datasetPath, exportPath, nameOf, useDataset, viewsOf } from '../dataset/dataset.js';
import { QueryWords } from '../dataset/query-words.js';
import { CopyAs } from '../export/copy-as.js';
import { ExportFacts } from '../export/export-facts.js';
import { PreviewOf } from '../export/preview-of.js';
import { SaveButton } from '../export/save-button.js';
import { usePreview } from '../export/use-preview.js';
import { Failure } from '../parts/failure.js';
import { ParameterField } from '../query/parameter-field.js';
import { exportSearch, hrefOf, known, queryNames, withValue } from '../query/search.js';
import type { View, ViewProps } from './view.js';

/** An export before it is downloaded: its beginning, its size, what it changes; and the same to take along. */
export const exporting: View = { path: exportPath, title: 'Export', Component: ExportView };

function ExportView({ parts: { datasetId = '' }, search }: ViewProps) {
  const settings = useSettings();
  const { value: dataset, error, reload } = useDataset(datasetId);
  const request = useMemo(() => exportSearch(search, settings), [search, settings]);
  const query = useMemo(() => known(search, queryNames(settings)), [search, settings]);
  const views = useMemo(() => viewsOf(dataset?.schema), [dataset?.schema]);
  const format = settings.formats.find(({ name }) => name === request.get('format')) ?? settings.formats[0];
  const preview = usePreview(datasetId, request, settings.serves.includes('preview'));
  const path = pathTo(exportPath, { datasetId });
  const change = (next: URLSearchParams): void => goTo(hrefOf(path, next));
  if (error && !dataset) return <Failure error={error} retry={reload} title="This dataset cannot be exported" />;
  if (format === undefined) return null;
  const options = settings.parameters.filter(({ name, local }) => format.parameters.includes(name) && !local);
  return (
    <main class="export">
      <div class="head">
        <div>
          <nav class="crumbs" aria-label="Where you are">
            <a href="/">Datasets</a> <span aria-hidden="true">/</span>{' '}
            <a href={hrefOf(pathTo(datasetPath, { datasetId }), search)}>{dataset ? nameOf(dataset) : datasetId}</a>{' '}
            <span aria-hidden="true">/</span>
          </nav>
          <h1>Preview and export</h1>
        </div>
        {dataset && <SaveButton dataset={dataset} format={format} search={request} expected={preview.end?.bytes} />}
      </div>
      <nav class="tabs" aria-label="Formats">
        {settings.formats.map(({ name, summary }) => (
          <a
            key={name}
            href={hrefOf(path, withValue(search, 'format', name))}
            aria-current={name === format.name ? 'page' : undefined}
            title={summary}
          >
            {name}
          </a>
        ))}
      </nav>
      <QueryWords query={query} search={search} onChange={change} />
      <div class="split">
        <section class="preview" aria-label="Preview">
          <PreviewOf
            preview={preview}
            format={format}
            total={dataset?.itemCount}
            onCancel={preview.cancel}
            onAgain={preview.again}
          />
        </section>
        <aside class="side">
          <ExportFacts preview={preview} />
          {options.length > 0 && (
            <details open>
              <summary>Options of {format.name}</summary>
              <form class="fields" onSubmit={(event) => event.preventDefault()}>
                {options.map((parameter) => (
                  <ParameterField
                    key={parameter.name}
                    parameter={parameter}
                    value={search.get(parameter.name) ?? ''}
                    onChange={(value) => change(withValue(search, parameter.name, value))}
                  />
                ))}
              </form>
            </details>
          )}
          {dataset && <CopyAs dataset={dataset} format={format} request={request} views={views} />}
        </aside>
      </div>
    </main>
  );
}
