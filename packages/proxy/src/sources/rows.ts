import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import type { ItemText } from '@dataset-items/sources';
import type { Pool, Submittable } from 'pg';

/** The part of a cursor of `pg-cursor` that is used here. */
interface RowCursor extends Submittable {
  read(rows: number): Promise<string[][]>;
  close(): Promise<void>;
}
type CursorClass = new (sql: string, values: unknown[], options: { readonly rowMode: 'array' }) => RowCursor;

export interface Database {
  readonly pool: Pool;
  readonly Cursor: CursorClass;
}

/** Number of rows that are requested at once. */
const ROWS = 1000;
/** Largest number of connections for one source. */
const CONNECTIONS = 10;

/**
 * Opens a pool of connections. `pg` and `pg-cursor` are loaded only now, because most proxies do not need them.
 * @param timeout of a statement, in milliseconds
 * @throws UnreadableSourceError if the packages are not installed
 */
export async function loadDatabase({ connection, timeout }: { connection: string; timeout: number }): Promise<Database> {
  const [{ default: pg }, cursor] = await Promise.all([import('pg'), import(cursorModule)]).catch((cause: unknown) => {
    throw new UnreadableSourceError('postgresql', 'needs the packages pg and pg-cursor: npm install pg pg-cursor', { cause });
  });
  const pool = new pg.Pool({
    ...{ connectionString: connection, max: CONNECTIONS, application_name: 'dataset-items proxy' },
    ...{ statement_timeout: timeout, options: '-c default_transaction_read_only=on' },
  });
  // The pool replaces a connection that breaks while it is idle. Without this listener the process would end.
  pool.on('error', () => {});
  return { pool, Cursor: cursor.default as CursorClass };
}

/** Not a literal in `import`, because the package has no types. */
const cursorModule: string = 'pg-cursor';

export interface Rows extends Database {
  readonly query: string;
  readonly window: { readonly offset: number; readonly limit: number };
  readonly signal: AbortSignal;
  readonly fail: (error: unknown) => never;
}

/** Each row as JSON text, with its columns in the order of the query. The next rows are requested when the previous ones were read. */
export async function* rowsOf({ pool, Cursor, query, window: { offset, limit }, signal, fail }: Rows): AsyncGenerator<ItemText> {
  const client = await pool.connect().catch(fail);
  let isOurs = true;
  const giveBack = (broken?: boolean): void => {
    if (isOurs) client.release(broken);
    isOurs = false;
  };
  // If the client disconnects, the connection to the database is closed at once, even while the database does not answer.
  const leave = (): void => giveBack(true);
  signal.addEventListener('abort', leave, { once: true });
  try {
    signal.throwIfAborted();
    await client.query('begin transaction isolation level repeatable read read only');
    const sql = `select row_to_json(item)::text from (${query}\n) as item offset $1 limit $2`;
    const cursor = client.query(new Cursor(sql, [offset, Number.isFinite(limit) ? limit : null], { rowMode: 'array' }));
    for (;;) {
      const rows = await cursor.read(ROWS);
      if (rows.length === 0) break;
      for (const [text = ''] of rows) yield text;
    }
    await cursor.close();
    await client.query('rollback');
    giveBack();
  } catch (error) {
    signal.throwIfAborted();
    fail(error);
  } finally {
    signal.removeEventListener('abort', leave);
    // Not all rows were read, or it failed: the connection is closed. After `giveBack` above this has no effect.
    giveBack(true);
  }
}
