import type { Readable } from 'node:stream';
import { secretParameters } from '@dataset-items/http';
import { isItem } from '@dataset-items/query-pipeline';
import type { Source, Window } from '@dataset-items/sources';
import { credentialsOf, type HeaderLines, valuesOf } from '../header-lines.js';
import type { DatasetObject } from '../items/dataset.js';
import type { ItemsRoute } from '../items/route.js';
import type { Target } from '../target.js';
import { decompressed } from '../upstream/decompress.js';
import type { Answer } from '../upstream/exchange.js';
import { readWhole } from '../upstream/read-whole.js';
import { copied } from './copied.js';
import { type Fixture, openFixtures } from './fixtures.js';

export interface Passing {
  readonly target: Target;
  readonly route: ItemsRoute;
  readonly headers: HeaderLines;
  readonly window: Window;
  readonly dataset: DatasetObject | undefined;
  /** Stored items of the dataset, as the upstream says it. */
  readonly total: number | undefined;
  /** The stored items of a body. */
  readonly open: (body: Readable) => Source;
}

export interface Passed {
  readonly method: string;
  readonly target: Target;
  readonly headers: HeaderLines;
  readonly origin: string;
  /** Requests a description with the access of the caller. `undefined`: there is none. @param path without a query */
  readonly describe: (path: string) => Promise<DatasetObject | undefined>;
}

/** Bytes of the value of a record; larger ones are not recorded. */
const MOST = 16 * 1024 * 1024;

export interface Recorder {
  /** The body of an answer that has stored items, which becomes a fixture when all of it has passed. */
  record(body: Readable, passing: Passing): Readable;
  /** An answer that is passed on. If it is a record of a key-value store, it becomes a fixture when all of it has passed. */
  recordPassed(answer: Answer, passed: Passed): Answer;
  /** Waits for the fixtures that are being written. */
  close(): Promise<void>;
}

/** @param onNotice receives a line for each fixture that cannot be written @throws UnwritableOutputError, InvalidParameterError */
export async function openRecorder(directory: string, onNotice: (line: string) => void): Promise<Recorder> {
  const fixtures = await openFixtures(directory);
  const underWay = new Set<Promise<void>>();
  const watch = (done: Promise<void>): void => {
    underWay.add(done);
    void done.then(() => underWay.delete(done));
  };
  /** Writes a fixture. A failure is reported, unless the answer was cut off. */
  const write = async (name: string, isCut: () => boolean, writing: Promise<void>): Promise<void> => {
    await writing.catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      if (!isCut()) onNotice(`${name} is not recorded: ${reason}`);
    });
  };
  return {
    recordPassed(answer, { method, target, headers, origin, describe }) {
      const [, storePath = '', segment = '', key = ''] = recordPath.exec(target.path) ?? [];
      if (key === '' || method !== 'GET' || answer.status !== 200 || target.query.get('method')) return answer;
      const contentType = valuesOf(answer.headers, 'content-type')[0] ?? 'application/octet-stream';
      const { into, done } = copied(answer.body, (copy, isCut) => {
        const writing = async (): Promise<void> => {
          const value = Buffer.concat(await readWhole(decompressed({ ...answer, body: copy }, origin), MOST));
          const store = await describe(storePath);
          const id = plainId(store?.id);
          const name = store?.name ?? store?.id ?? decodeURIComponent(segment).replace(/^[^~]*~/, '');
          if (!plainName.test(name)) return;
          await fixtures.writeRecord({ name, id, key, contentType, value }, secretsOf(target, headers));
        };
        return write(`key-value-stores/${key}`, isCut, writing());
      });
      watch(done);
      return { ...answer, body: into };
    },
    record(body, { target, route, headers, window, dataset, total, open }) {
      const fixture = fixtureOf(target, route, dataset);
      if (fixture === undefined || window.offset > 0 || window.desc) return body;
      const isWhole = (count: number): boolean => (total === undefined ? count < window.limit : count === total);
      const { into, done } = copied(body, async (copy, isCut) => {
        const items = { source: open(copy), isWhole, secrets: secretsOf(target, headers) };
        await write(`${fixture.kind}/${fixture.name}`, isCut, fixtures.write(fixture, items));
      });
      watch(done);
      return into;
    },
    async close() {
      await Promise.all(underWay);
    },
  };
}

const plainName = /^[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?$/;
const actorName = /^(?:[\w.-]{1,63}\/)?[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?$/;
/** The path of the store, the segment that names it or its run, and the key. */
const recordPath =
  /^(\/v2\/(?:key-value-stores\/([^/]+)|(?:actor-runs\/[^/]+|(?:actor-tasks|actors|acts)\/[^/]+\/runs\/last)\/key-value-store))\/records\/([a-zA-Z0-9!\-_.'()]{1,256})$/;
const path = /^\/v2\/(?:(datasets)|(actor-tasks)|actors|acts)\/[^/]+\/(?:run-sync-get-dataset-)?items$/;

/** `undefined`: the emulator could not serve it under that name. */
function fixtureOf(target: Target, route: ItemsRoute, dataset: DatasetObject | undefined): Fixture | undefined {
  const [matched, isDataset, isTask] = path.exec(target.path) ?? [];
  const own = route.name.replace(/^[^~]*~/, '');
  if (dataset !== undefined || isDataset !== undefined) {
    const { id, name = id ?? own, schema } = dataset ?? {};
    if (!plainName.test(name)) return undefined;
    return {
      kind: 'datasets',
      name,
      ...(plainId(id) !== undefined && { id }),
      ...(isItem(schema) && { schema }),
    };
  }
  if (matched === undefined) return undefined;
  if (isTask !== undefined) return plainName.test(own) ? { kind: 'tasks', name: own } : undefined;
  const name = route.name.replace(/^~/, '').replace('~', '/');
  return actorName.test(name) ? { kind: 'actors', name } : undefined;
}

/** An id that the emulator takes. */
function plainId(id: string | undefined): string | undefined {
  return id !== undefined && /^[A-Za-z\d]{1,63}$/.test(id) ? id : undefined;
}

/** What the caller has sent to be let in. */
function secretsOf({ query }: Target, headers: HeaderLines): string[] {
  const words = credentialsOf(headers)
    .flatMap(([, value]) => value.split(/[\s;,]+/))
    .map((word) => word.replace(/^[^=]*=(?=.)/, ''));
  const asked = [...query].filter(([name]) => secretParameters.includes(name.toLowerCase())).map(([, value]) => value);
  return [...words.filter((word) => !/^(?:bearer|basic)$/i.test(word)), ...asked];
}
