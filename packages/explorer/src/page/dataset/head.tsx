import { pathTo } from '../app/address.js';
import { agoText, bytesText, quantity } from '../app/words.js';
import { hrefOf } from '../query/search.js';
import { type Dataset, exportPath, nameOf, type PanelName } from './dataset.js';

interface HeadProps {
  readonly dataset: Dataset | undefined;
  readonly id: string;
  readonly search: URLSearchParams;
  readonly panel: PanelName;
  readonly onPanel: (panel: PanelName) => void;
}

/** What the dataset is, and what can be done with it. */
export function DatasetHead({ dataset, id, search, panel, onPanel }: HeadProps) {
  const changed = dataset && agoText(dataset.modifiedAt, Date.now());
  return (
    <div class="head">
      <div>
        <nav class="crumbs" aria-label="Where you are">
          <a href="/">Datasets</a> <span aria-hidden="true">/</span>
        </nav>
        <h1>{dataset ? nameOf(dataset) : id}</h1>
        <p class="facts">
          {dataset && (
            <>
              <strong>{quantity(dataset.itemCount, 'item')}</strong>
              {dataset.stats?.storageBytes !== undefined && <span>{bytesText(dataset.stats.storageBytes)}</span>}
              {changed && <span title={dataset.modifiedAt}>changed {changed}</span>}
              <code title="ID of the dataset">{dataset.id}</code>
            </>
          )}
        </p>
      </div>
      <div class="actions">
        <PanelButton name="query" word="Query" panel={panel} onPanel={onPanel} />
        <PanelButton name="columns" word="Columns" panel={panel} onPanel={onPanel} />
        <a class="button main" href={hrefOf(pathTo(exportPath, { datasetId: id }), search)}>
          Preview and export
        </a>
      </div>
    </div>
  );
}

interface PanelButtonProps {
  readonly name: PanelName;
  readonly word: string;
  readonly panel: PanelName;
  readonly onPanel: (panel: PanelName) => void;
}

function PanelButton({ name, word, panel, onPanel }: PanelButtonProps) {
  return (
    <button type="button" aria-expanded={panel === name} onClick={() => onPanel(name)}>
      {word}
    </button>
  );
}
