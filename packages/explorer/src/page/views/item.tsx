import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { pathTo } from '../app/address.js';
import { goTo } from '../app/location.js';
import { countText } from '../app/words.js';
import { datasetPath, itemPath, itemsPath, nameOf, useDataset } from '../dataset/dataset.js';
import { type Path, pathText } from '../item/path.js';
import { PathBar } from '../item/path-bar.js';
import { Tree } from '../item/tree.js';
import { CopyText } from '../parts/copy-text.js';
import { Failure } from '../parts/failure.js';
import { hrefOf, withValue } from '../query/search.js';
import type { Json, JsonObject } from '../query/suggest.js';
import type { View, ViewProps } from './view.js';

/** One stored item, as it is before any query. */
export const item: View = { path: itemPath, title: 'Item', Component: ItemView };

/** Characters of JSON that are shown at once. */
const LONGEST = 200_000;

function ItemView({ parts: { datasetId = '', index = '0' }, search }: ViewProps) {
  const at = Number(index);
  const { value: dataset } = useDataset(datasetId);
  const { value, error, reload } = useLoad(
    async (signal) => {
      const query = new URLSearchParams({ offset: index, limit: '1' });
      return getJson<readonly JsonObject[]>(`${itemsPath(datasetId)}?${query}`, signal);
    },
    [datasetId, index],
  );
  const found = value?.[0];
  const isRaw = search.get('show') === 'raw';
  const to = (next: number): string => hrefOf(pathTo(itemPath, { datasetId, index: String(next) }), search);
  const last = (dataset?.itemCount ?? at + 1) - 1;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'j' && at < last) goTo(to(at + 1));
      if (event.key === 'k' && at > 0) goTo(to(at - 1));
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  return (
    <main class="item">
      <div class="head">
        <div>
          <nav class="crumbs" aria-label="Where you are">
            <a href="/">Datasets</a> <span aria-hidden="true">/</span>{' '}
            <a href={hrefOf(pathTo(datasetPath, { datasetId }), withValue(search, 'show', undefined))}>
              {dataset ? nameOf(dataset) : datasetId}
            </a>{' '}
            <span aria-hidden="true">/</span>
          </nav>
          <h1>
            Item {countText(at)} <small>of {countText(last + 1)}, counted from 0</small>
          </h1>
        </div>
        <div class="actions">
          <nav class="tabs small" aria-label="Form">
            <a href={`?${withValue(search, 'show', undefined)}`} aria-current={isRaw ? undefined : 'page'}>
              Tree
            </a>
            <a href={`?${withValue(search, 'show', 'raw')}`} aria-current={isRaw ? 'page' : undefined}>
              JSON
            </a>
          </nav>
          <Step href={to(at - 1)} isThere={at > 0} word="← Previous" />
          <Step href={to(at + 1)} isThere={at < last} word="Next →" />
        </div>
      </div>
      {error && <Failure error={error} retry={reload} title="This item cannot be shown" />}
      {value && !found && <NoItem index={index} />}
      {found && (isRaw ? <Raw item={found} /> : <Shown key={index} datasetId={datasetId} item={found} />)}
    </main>
  );
}

function Step({ href, isThere, word }: { readonly href: string; readonly isThere: boolean; readonly word: string }) {
  if (!isThere) {
    return (
      <button type="button" disabled>
        {word}
      </button>
    );
  }
  return (
    <a class="button" href={href}>
      {word}
    </a>
  );
}

function Shown({ datasetId, item: shown }: { readonly datasetId: string; readonly item: JsonObject }) {
  const [chosen, setChosen] = useState<{ readonly path: Path; readonly value: Json }>({ path: [], value: shown });
  return (
    <div class="split">
      <ul class="tree">
        {Object.entries(shown).map(([name, value]) => (
          <Tree
            key={name}
            name={name}
            value={value}
            path={[name]}
            chosen={pathText(chosen.path)}
            onChoose={(path, of) => setChosen({ path, value: of })}
          />
        ))}
      </ul>
      <PathBar datasetId={datasetId} path={chosen.path} value={chosen.value} />
    </div>
  );
}

function Raw({ item: shown }: { readonly item: JsonObject }) {
  const text = JSON.stringify(shown, null, 2);
  return (
    <>
      <CopyText label="The item as JSON" text={text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text} />
      {text.length > LONGEST && <p class="faint">Only the beginning is shown. The export has all of it.</p>}
    </>
  );
}

function NoItem({ index }: { readonly index: string }) {
  return (
    <div class="notice">
      <p>There is no item {index}. Items are counted from 0, and those of a run that was reset are gone.</p>
    </div>
  );
}
