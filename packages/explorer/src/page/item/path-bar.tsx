import { useState } from 'preact/hooks';
import { getJson } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { pathTo } from '../app/address.js';
import { countText } from '../app/words.js';
import { datasetPath, itemPath, itemsPath } from '../dataset/dataset.js';
import { hrefOf } from '../query/search.js';
import type { Json, JsonObject } from '../query/suggest.js';
import { Value } from '../table/cell.js';
import { shownCell } from '../table/cells.js';
import { argumentsFor, type Path, pathText, valuesAt } from './path.js';

interface PathBarProps {
  readonly datasetId: string;
  readonly path: Path;
  readonly value: Json;
}

/** The path under the pointer, what a query makes of it, and its values in other items. */
export function PathBar({ datasetId, path, value }: PathBarProps) {
  const [shownPath, setShownPath] = useState<Path>();
  const [copied, setCopied] = useState<string>();
  const text = pathText(path);
  const copy = async (argument: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(argument);
      setCopied(argument);
    } catch {
      setCopied(undefined);
    }
  };
  return (
    <section class="path" aria-label="The chosen value">
      <h2>{text === '' ? 'The whole item' : <code>{text}</code>}</h2>
      {text === '' && <p>Point at a value to see its path, and the parameters that select it.</p>}
      <ul>
        {argumentsFor(path, value).map(({ parameter, search }) => {
          const argument = hrefOf('', search).slice(1);
          return (
            <li key={parameter}>
              <code>{argument}</code>
              <button type="button" aria-label={`Copy ${argument}`} onClick={() => void copy(argument)}>
                {copied === argument ? 'Copied' : 'Copy'}
              </button>
              <a href={hrefOf(pathTo(datasetPath, { datasetId }), search)} aria-label={`Open the table with ${argument}`}>
                Open
              </a>
            </li>
          );
        })}
      </ul>
      {path.length > 0 &&
        (shownPath && pathText(shownPath) === text ? (
          <OtherItems datasetId={datasetId} path={path} />
        ) : (
          <button type="button" onClick={() => setShownPath(path)}>
            Values in other items
          </button>
        ))}
    </section>
  );
}

const LOOKED_AT = 200;
const MOST = 50;

function OtherItems({ datasetId, path }: { readonly datasetId: string; readonly path: Path }) {
  const [head] = path;
  const { value, error } = useLoad(
    (signal) => {
      // A name with a comma cannot be asked for alone.
      const fields = typeof head === 'string' && !head.includes(',') ? `&fields=${encodeURIComponent(head)}` : '';
      return getJson<readonly JsonObject[]>(`${itemsPath(datasetId)}?limit=${LOOKED_AT}${fields}`, signal);
    },
    [datasetId, head],
  );
  if (error) return <p role="alert">{error.message}</p>;
  if (!value) return <p role="status">Looking at other items…</p>;
  const tally = new Map<string, { value: Json; count: number; first: number }>();
  for (const [index, item] of value.entries()) {
    for (const found of valuesAt(item, path)) {
      const key = JSON.stringify(found) ?? '';
      const seen = tally.get(key);
      if (seen) seen.count++;
      else tally.set(key, { value: found, count: 1, first: index });
    }
  }
  const sorted = [...tally.values()].toSorted((one, other) => other.count - one.count);
  return (
    <>
      <p class="faint">
        {countText(tally.size)} different values in the first {countText(value.length)} items
      </p>
      <ul class="frequent">
        {sorted.slice(0, MOST).map(({ value: found, count, first }) => (
          <li key={first + JSON.stringify(found)}>
            <Value shown={shownCell(found)} />
            <a class="faint" href={pathTo(itemPath, { datasetId, index: String(first) })} aria-label={`First in item ${first}`}>
              {count === 1 ? `item ${countText(first)}` : `${countText(count)} times, first in item ${countText(first)}`}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
