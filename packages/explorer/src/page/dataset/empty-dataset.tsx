import { keptToken } from '../api/token.js';
import { CopyText } from '../parts/copy-text.js';
import { type Dataset, itemsPath } from './dataset.js';

/** There is nothing to show: why, and what to do. */
export function EmptyDataset({ dataset, hasQuery }: { readonly dataset: Dataset; readonly hasQuery: boolean }) {
  if (dataset.itemCount > 0) {
    return (
      <div class="notice">
        <h2>The query leaves no records</h2>
        <p>
          {hasQuery
            ? 'The dataset has items. Look at the offset and the limit, at unwind of fields that are empty arrays, and at the flags that drop records; each can be removed above.'
            : 'The dataset has items, but none of them gives a record.'}
        </p>
      </div>
    );
  }
  const access = keptToken() === undefined ? '' : `-H "Authorization: Bearer $APIFY_TOKEN" `;
  const pushed = `curl ${access}-H 'Content-Type: application/json' -d '[{"title":"Oak table","price":10}]' '${location.origin}${itemsPath(dataset.id)}'`;
  return (
    <div class="notice">
      <h2>No items yet</h2>
      <p>This page shows items as soon as they are pushed. Try it:</p>
      <CopyText label="A command that pushes an item" text={pushed} />
    </div>
  );
}
