import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isOurs, removedMark, type ShelfSettings } from '../log/log-shelf.js';
import { type CrawleeDataset, type CrawleeShelf, openCrawlee } from './crawlee-shelf.js';
import { changeOf, directoriesIn, isCrawlees, missingIsUndefined } from './item-files.js';

/** Milliseconds between two looks at what a crawler may have written meanwhile. */
const interval = 500;

export interface WatchOptions {
  /** Directory of all datasets. */
  readonly datasets: string;
  /** Directory for what is kept of Crawlee's. */
  readonly own: string;
  readonly foreign: readonly CrawleeDataset[];
  readonly settings: ShelfSettings;
  /** Told of each dataset that a crawler made meanwhile. */
  adopt(found: CrawleeDataset): void;
}

/** Looks again and again for datasets of crawlers, and for items in them. */
export function watchCrawlee({ datasets, own, foreign, settings, adopt }: WatchOptions): { stop(): Promise<void> } {
  const shelves = new Map<string, CrawleeShelf>(foreign.map(({ directory, shelf }) => [basename(directory), shelf]));
  const ours = new Set<string>();
  let changedAt: number | undefined;
  // Directories that are neither yet; something may come into them.
  let undecided = true;
  const lookForDatasets = async (): Promise<void> => {
    const change = (await changeOf(datasets))?.getTime();
    if (change === changedAt && !undecided) return;
    changedAt = change;
    undecided = false;
    const there = new Set(await directoriesIn(datasets));
    for (const name of ours) if (!there.has(name)) ours.delete(name);
    for (const name of there) {
      if (ours.has(name) || shelves.has(name)) continue;
      const directory = join(datasets, name);
      const names = (await readdir(directory).catch(missingIsUndefined)) ?? [];
      if (name.endsWith(removedMark) || isOurs(names)) ours.add(name);
      else if (isCrawlees(names)) {
        const found = await openCrawlee(directory, own, settings);
        shelves.set(name, found.shelf);
        adopt(found);
      } else undecided = true;
    }
  };
  const look = async (): Promise<void> => {
    await lookForDatasets();
    for (const [name, shelf] of shelves) {
      if (shelf.removed) shelves.delete(name);
      else await shelf.refresh();
    }
  };
  let looking: Promise<void> | undefined;
  let warned = false;
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: Error) => {
        if (!warned) settings.warn(`${datasets}: cannot look for what crawlers wrote: ${error.message}`);
        warned = true;
      })
      .finally(() => {
        looking = undefined;
      });
  }, interval).unref();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
