import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exportItems } from '@dataset-items/exporter';
import { InvalidParameterError, type Item, isItem } from '@dataset-items/query-pipeline';
import type { Source } from '@dataset-items/sources';
import { unwritable, writeWholeFile } from '@dataset-items/temporary-file';
import { redactedValue, redacting } from './redact.js';

const storesFolder = 'key-value-stores';

/** What is answered with stored items: a dataset, or a run of an actor or a task. */
export interface Fixture {
  readonly kind: 'datasets' | 'actors' | 'tasks';
  /** As `emulator.json` takes it. */
  readonly name: string;
  /** Facts of a dataset. */
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly schema?: Item | undefined;
}

export interface FixtureItems {
  /** All stored items. */
  readonly source: Source;
  /** Whether that many items are all of them. */
  readonly isWhole: (count: number) => boolean;
  /** Texts that must not be in the fixture. */
  readonly secrets: readonly string[];
}

/** A record of a key-value store. */
export interface RecordFixture {
  /** Name of the store, as `emulator.json` takes it. */
  readonly name: string;
  readonly id?: string | undefined;
  readonly key: string;
  readonly contentType: string;
  readonly value: Buffer;
}

/** A directory of fixtures with an `emulator.json`, which the emulator serves. */
export interface Fixtures {
  /**
   * Writes a fixture as a whole, in place of an older one of that name, or not at all.
   * @throws UnwritableOutputError, errors of the items
   */
  write(fixture: Fixture, items: FixtureItems): Promise<void>;
  /**
   * The same for a record. A value that is not text is not written if it has one of the secrets.
   * @throws UnwritableOutputError
   */
  writeRecord(record: RecordFixture, secrets: readonly string[]): Promise<void>;
}

/** @throws UnwritableOutputError, InvalidParameterError for an `emulator.json` that is none */
export async function openFixtures(directory: string): Promise<Fixtures> {
  const refuse = (error: Error): never => {
    throw unwritable(directory, error);
  };
  for (const folder of ['datasets', 'actors', 'tasks', storesFolder]) {
    const path = join(directory, folder);
    await mkdir(path, { recursive: true }).catch(refuse);
    await removePartials(path).catch(refuse);
  }
  await removePartials(directory).catch(refuse);
  const config = join(directory, 'emulator.json');
  let settings = await readSettings(config);
  let turn: Promise<unknown> = Promise.resolve();
  const partialOf = (path: string): string => join(dirname(path), `.${randomBytes(8).toString('hex')}.partial`);

  /** Gives a complete file its name, and declares it. One at a time, because all change the same `emulator.json`. */
  const place = async (partial: string, path: string, change: (settings: Settings) => Settings): Promise<void> => {
    const taken = turn.then(async () => {
      await rename(partial, path);
      const next = change(settings);
      const text = Buffer.from(`${JSON.stringify(next, null, 2)}\n`);
      await writeWholeFile(config, [text], { partial: partialOf(config) });
      settings = next;
    });
    turn = taken.catch(() => undefined);
    await taken;
  };
  return {
    async write(given, { source, isWhole, secrets }) {
      const clean = redacting(secrets);
      const fixture: Fixture = JSON.parse(clean(JSON.stringify(given)));
      const { kind, name } = fixture;
      const file = `${kind}/${name.replace('/', '~')}.jsonl`;
      const path = join(directory, file);
      const { bytes, report } = await exportItems(source, { format: 'jsonl' });
      await writeWholeFile(path, lines(bytes, clean), {
        partial: partialOf(path),
        async moveInto(partial) {
          const { itemsRead } = await report;
          if (!isWhole(itemsRead)) return rm(partial);
          await place(partial, path, (settings) => withFixture(settings, fixture, file));
        },
      });
    },
    async writeRecord({ name, id, key, contentType, value }, secrets) {
      const text = redactedValue(value, contentType, secrets);
      if (text === undefined) return;
      const file = `${storesFolder}/${name}-${fileNameOf(key)}`;
      const path = join(directory, file);
      await writeWholeFile(path, [text], {
        partial: partialOf(path),
        moveInto: (partial) => place(partial, path, (settings) => withRecord(settings, { name, id, key }, { file, contentType })),
      });
    },
  };
}

/** Files that an earlier process left unfinished. */
async function removePartials(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^\.[0-9a-f]{16}\.partial$/.test(name)) await rm(join(folder, name), { force: true });
  }
}

async function* lines(bytes: AsyncIterable<Uint8Array>, clean: (json: string) => string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    if (end > 0) yield Buffer.from(clean(text.slice(0, end)));
  }
  if (rest !== '') yield Buffer.from(`${clean(rest)}\n`);
}

type Settings = Readonly<Record<string, unknown>>;

async function readSettings(path: string): Promise<Settings> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw unwritable(path, error);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Refused below.
  }
  if (isItem(parsed)) return parsed;
  throw new InvalidParameterError('record', path, 'a directory whose emulator.json, if it has one, is a JSON object');
}

function withFixture(settings: Settings, { kind, name, ...facts }: Fixture, file: string): Settings {
  if (kind === 'datasets') return withEntry(settings, kind, name, { file, ...facts });
  if (kind === 'actors') return withEntry(settings, kind, name, { fixture: { file } });
  // A task needs an actor.
  const actor = `recorded/${name}`;
  return withEntry(withEntry(settings, 'actors', actor, { fixture: { file } }), kind, name, { actor });
}

function withRecord(
  settings: Settings,
  { name, id, key }: Pick<RecordFixture, 'name' | 'id' | 'key'>,
  record: Settings,
): Settings {
  const { keyValueStores } = settings;
  const store = isItem(keyValueStores) ? keyValueStores[name] : undefined;
  const records = isItem(store) && isItem(store.records) ? store.records : {};
  return withEntry(settings, 'keyValueStores', name, { ...(id !== undefined && { id }), records: { ...records, [key]: record } });
}

/** A key as a name of a file, on systems that ignore the case too. */
function fileNameOf(key: string): string {
  return `${key.replace(/[^\w.-]/g, '_').slice(0, 60)}-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
}

function withEntry(settings: Settings, kind: string, name: string, entry: Settings): Settings {
  const { [kind]: entries } = settings;
  return { ...settings, [kind]: { ...(isItem(entries) && entries), [name]: entry } };
}
