import { hrefOf, withValue } from '../query/search.js';
import type { SchemaView } from './dataset.js';

interface ViewTabsProps {
  readonly views: readonly SchemaView[];
  readonly search: URLSearchParams;
  readonly path: string;
}

/** The views of the dataset's schema. Each is a link, as it is a parameter of the query. */
export function ViewTabs({ views, search, path }: ViewTabsProps) {
  const chosen = search.get('view') ?? '';
  const tabs = [{ name: '', title: 'All fields', description: 'Every field of every item' }, ...views];
  return (
    <nav class="tabs" aria-label="Views">
      {tabs.map(({ name, title, description }) => (
        <a
          key={name}
          href={hrefOf(path, withValue(search, 'view', name))}
          aria-current={name === chosen ? 'page' : undefined}
          title={description}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}
