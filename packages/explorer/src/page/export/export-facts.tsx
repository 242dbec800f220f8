import { bytesText, countText } from '../app/words.js';
import type { Preview } from './use-preview.js';

/** What the download will have, known when the export was made to its end. */
export function ExportFacts({ preview: { end } }: { readonly preview: Preview }) {
  if (end === undefined) return null;
  const { report, bytes } = end;
  const { droppedColumns, warnings } = report;
  return (
    <section class="facts-of" aria-label="What the download has">
      <dl class="figures">
        <dt>Size</dt>
        <dd title={`${countText(bytes)} bytes`}>{bytesText(bytes)}</dd>
        <dt>Rows</dt>
        <dd>{countText(report.rows)}</dd>
        <dt>Items read</dt>
        <dd>{countText(report.itemsRead)}</dd>
        {droppedColumns.count > 0 && (
          <>
            <dt>Dropped columns</dt>
            <dd>{countText(droppedColumns.count)}</dd>
          </>
        )}
      </dl>
      {warnings.length > 0 ? (
        <ul class="warnings" aria-label="Warnings">
          {warnings.map((warning) => (
            <li key={warning}>
              <bdi>{warning}</bdi>
            </li>
          ))}
        </ul>
      ) : (
        <p class="faint">Nothing is dropped, cut or replaced.</p>
      )}
    </section>
  );
}
