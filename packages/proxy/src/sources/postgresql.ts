import { InvalidParameterError, refuseUnknown, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { textSource } from '@dataset-items/sources';
import { withoutSecrets } from '../upstream/address.js';
import type { SourceKind } from './kind.js';
import { type Database, loadDatabase, rowsOf } from './rows.js';

/** Milliseconds that a statement may take unless the URL has `statement_timeout`. */
const defaultTimeout = 300_000;

/** Formats of input may be given for all sources together, also where none is read. */
const options = { from: true, maxDepth: true, temporaryDirectory: true, inputs: true };

/** The rows of a query, read in a read-only transaction. */
export const postgresql: SourceKind = {
  takes: (from) => /^postgres(?:ql)?:/i.test(from),
  prepare(name, input) {
    refuseUnknown(options, Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)));
    const { from, maxDepth, temporaryDirectory } = input;
    const { connection, query, timeout } = readUrl(from);
    let database: Promise<Database> | undefined;
    const connected = (): Promise<Database> => {
      database ??= loadDatabase({ connection, timeout });
      return database;
    };
    const facts = { id: name, name, modifiedAt: undefined };
    return {
      async open() {
        const { pool, Cursor } = await connected();
        const total = async (): Promise<number> => {
          const { rows } = await pool.query(`select count(*)::float8 as total from (${query}\n) as item`).catch(unreadable(name));
          return Number(rows[0]?.total);
        };
        const texts = (window: { offset: number; limit: number }, signal: AbortSignal) =>
          rowsOf({ pool, Cursor, query, window, signal, fail: unreadable(name) });
        return textSource({ facts, total, applies: ['offset', 'limit'], texts }, { maxDepth, temporaryDirectory });
      },
      async close() {
        await (await database)?.pool.end();
      },
    };
  },
};

interface Read {
  readonly connection: string;
  readonly query: string;
  readonly timeout: number;
}

/** @throws InvalidParameterError, whose message has no password */
function readUrl(from: string): Read {
  const expected = 'postgres://user:password@host/database?query=select ...';
  if (!URL.canParse(from)) throw new InvalidParameterError('source', withoutSecrets(from), expected);
  const url = new URL(from);
  const query = url.searchParams
    .get('query')
    ?.trim()
    .replace(/[;\s]+$/, '');
  const asked = url.searchParams.get('statement_timeout');
  const timeout = asked === null ? defaultTimeout : Number(asked);
  for (const name of ['query', 'statement_timeout']) url.searchParams.delete(name);
  if (!query) throw new InvalidParameterError('source', withoutSecrets(from), expected);
  if (!Number.isInteger(timeout) || timeout < 1) {
    throw new InvalidParameterError('statement_timeout', String(asked), 'a whole number of milliseconds, 1 or more');
  }
  return { connection: url.href, query, timeout };
}

/** The error for the log. A client gets no message of the database, because it may contain data. */
function unreadable(name: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    throw new UnreadableSourceError(name, error instanceof Error ? error.message : String(error), { cause: error });
  };
}
