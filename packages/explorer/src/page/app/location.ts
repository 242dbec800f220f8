import { useEffect, useState } from 'preact/hooks';

/** Where the page is. The address bar is the only place where this is kept. */
export interface Place {
  readonly path: string;
  readonly search: URLSearchParams;
}

function placeNow(): Place {
  return { path: location.pathname, search: new URLSearchParams(location.search) };
}

const moved = new EventTarget();

/** Goes to an address of the page. `replace`: without a new entry in the history, for changes while somebody types. */
export function goTo(href: string, { replace = false } = {}): void {
  const url = new URL(href, location.href);
  if (url.href === location.href) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  moved.dispatchEvent(new Event('moved'));
}

/** The place, and again after each move: by a link, by code, back and forward. */
export function usePlace(): Place {
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const look = () => setPlace(placeNow());
    moved.addEventListener('moved', look);
    addEventListener('popstate', look);
    return () => {
      moved.removeEventListener('moved', look);
      removeEventListener('popstate', look);
    };
  }, []);
  return place;
}

/** Makes links to addresses of the page move without loading it again. Links that open elsewhere or save a file stay as they are. */
export function followLinks(isPage: (path: string) => boolean): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || !isPage(link.pathname)) return;
    event.preventDefault();
    goTo(link.href);
    scrollTo(0, 0);
  });
}
