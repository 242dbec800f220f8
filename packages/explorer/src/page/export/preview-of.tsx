import { useMemo, useState } from 'preact/hooks';
import type { FormatFacts } from '../../shared/settings.js';
import { bytesText, countText, quantity } from '../app/words.js';
import { Failure } from '../parts/failure.js';
import { type Feed, feedOf, type Rows, rowsOfHtml, rowsOfSheet } from './grid.js';
import { beginningOfMember } from './unzip.js';
import type { Preview } from './use-preview.js';

interface PreviewOfProps {
  readonly preview: Preview;
  readonly format: FormatFacts;
  /** Items of the dataset. */
  readonly total: number | undefined;
  readonly onCancel: () => void;
  readonly onAgain: () => void;
}

/** The first bytes of the download, as text and as a reader of the format shows them. */
export function PreviewOf({ preview, format, total, onCancel, onAgain }: PreviewOfProps) {
  const { running, items, bytes, head, end, error } = preview;
  const [isText, setText] = useState(false);
  const drawn = useMemo(() => drawingOf(head, format), [head, format]);
  const isWhole = end !== undefined && head !== undefined && end.bytes === head.length;
  return (
    <>
      <div class="bar">
        {running ? (
          <>
            <progress value={total ? items : undefined} max={total} aria-label="Progress of the preview" />
            <span role="status">
              {quantity(items, 'item')} read
              {format.kind === 'table' && head === undefined ? '; a table begins when all are read' : ''}
            </span>
            <button type="button" onClick={onCancel}>
              Cancel
            </button>
          </>
        ) : head ? (
          <span role="status">
            {isWhole ? 'The whole download' : `The first ${bytesText(head.length)} of the download, byte for byte`}
            {!end && bytes > 0 && ` (cancelled after ${countText(items)} items)`}
          </span>
        ) : (
          <>
            <span role="status">{error ? '' : 'Cancelled'}</span>
            <button type="button" onClick={onAgain}>
              Make it again
            </button>
          </>
        )}
        {drawn && !format.binary && (
          <button type="button" class="quiet" aria-pressed={isText} onClick={() => setText(!isText)}>
            Text
          </button>
        )}
      </div>
      {error && <Failure error={error} title="There is no such export" />}
      {head && (drawn && !isText ? <Drawn drawn={drawn} /> : !format.binary && <Text head={head} />)}
    </>
  );
}

type Drawing = { readonly rows: Rows } | { readonly feed: Feed };

/** How a reader shows the beginning: by the media type, as the page knows no format by its name. */
function drawingOf(head: Uint8Array<ArrayBuffer> | undefined, { mediaType, binary }: FormatFacts): Drawing | undefined {
  if (head === undefined) return undefined;
  const text = binary ? '' : new TextDecoder().decode(head);
  if (mediaType.startsWith('text/html')) return { rows: rowsOfHtml(text) };
  if (mediaType.startsWith('application/rss')) return { feed: feedOf(text) };
  if (mediaType.includes('spreadsheet')) return { rows: rowsOfSheet(beginningOfMember(head, /worksheets\/sheet1\.xml$/) ?? '') };
  return undefined;
}

/** Columns of a preview's grid: more are in the download. */
const MOST_COLUMNS = 60;

function Drawn({ drawn }: { readonly drawn: Drawing }) {
  if ('feed' in drawn) return <FeedReader feed={drawn.feed} />;
  const [header = [], ...rows] = drawn.rows;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keys
    <section class="sheet" tabIndex={0} aria-label="Grid">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">Row</span>
            </th>
            {header.slice(0, MOST_COLUMNS).map((name, at) => (
              <th key={at} scope="col">
                <bdi>{name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              <th scope="row">{at + 1}</th>
              {header.slice(0, MOST_COLUMNS).map((_, column) => (
                <td key={column}>
                  <bdi>{(row[column] ?? '').slice(0, 300)}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {header.length > MOST_COLUMNS && <p class="faint">and {countText(header.length - MOST_COLUMNS)} more columns</p>}
    </section>
  );
}

function FeedReader({ feed: { title, description, items } }: { readonly feed: Feed }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keys
    <section class="sheet feed" tabIndex={0} aria-label="Feed">
      <h2>{title}</h2>
      <p class="faint">{description}</p>
      {items.map((item, at) => (
        <article key={at}>
          <h3>{item.title || `Item ${at + 1}`}</h3>
          <dl>
            {item.fields.slice(0, 12).map(([name, text], of) => (
              <div key={of}>
                <dt>{name}</dt>
                <dd>{text.slice(0, 300)}</dd>
              </div>
            ))}
          </dl>
        </article>
      ))}
    </section>
  );
}

function Text({ head }: { readonly head: Uint8Array<ArrayBuffer> }) {
  // A character may be cut at the end, and is then not shown.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(head, { stream: true });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keys
    <section class="sheet text" tabIndex={0} aria-label="Text">
      <pre>
        {text.startsWith('\uFEFF') && (
          <span class="mark" title="A byte order mark">
            BOM
          </span>
        )}
        {text}
      </pre>
    </section>
  );
}
