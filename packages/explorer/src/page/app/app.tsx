import { useEffect } from 'preact/hooks';
import { views } from '../views/index.js';
import type { View } from '../views/view.js';
import { matchPath } from './address.js';
import { useSettings } from './context.js';
import { usePlace } from './location.js';

/** The menu, and the view at the place. */
export function App() {
  const { path, search } = usePlace();
  const { serves } = useSettings();
  const available = views.filter(({ needs }) => needs === undefined || serves.includes(needs));
  const found = viewAt(available, path);
  const section = sectionOf(available, path);
  const title = found?.view.title ?? 'Not found';
  useEffect(() => {
    document.title = `${title} · dataset-items`;
  }, [title]);
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="menu">
        <a class="brand" href="/" aria-label="dataset-items: all datasets">
          <img src="/_explorer/icon.svg" alt="" width="22" height="22" />
        </a>
        <nav aria-label="Pages">
          {available.map(
            (view) =>
              view.menu && (
                <a key={view.path} href={view.path} aria-current={view === section ? 'page' : undefined}>
                  {view.menu}
                </a>
              ),
          )}
        </nav>
      </header>
      <div id="content" tabIndex={-1}>
        {found ? <found.view.Component key={path} parts={found.parts} search={search} /> : <NotFound path={path} />}
      </div>
    </>
  );
}

interface Found {
  readonly view: View;
  readonly parts: Readonly<Record<string, string>>;
}

function viewAt(available: readonly View[], path: string): Found | undefined {
  for (const view of available) {
    for (const pattern of [view.path, ...(view.also ?? [])]) {
      const parts = matchPath(pattern, path);
      if (parts !== undefined) return { view, parts };
    }
  }
  return undefined;
}

/** The view of the menu under whose addresses a path is: the longest of them. */
function sectionOf(available: readonly View[], path: string): View | undefined {
  const under = available
    .filter(({ menu }) => menu !== undefined)
    .flatMap((view) => [view.path, ...(view.also ?? [])].map((address) => ({ view, address })))
    .filter(({ address }) => path === address || (address !== '/' && path.startsWith(`${address}/`)));
  return under.toSorted((one, other) => other.address.length - one.address.length)[0]?.view;
}

/** Whether the page has a view for a path. */
export function isPagePath(path: string): boolean {
  return viewAt(views, path) !== undefined;
}

function NotFound({ path }: { readonly path: string }) {
  return (
    <main class="narrow">
      <h1>There is no page here</h1>
      <p>
        Nothing is at <code>{path}</code>. <a href="/">All datasets</a>
      </p>
    </main>
  );
}
