/** Exports of a PostgreSQL table: `DATABASE_URL=postgres://localhost/shop PORT=4040 node examples/postgresql.mjs`. */
import { createServer } from 'node:http';
import { itemsHandler, textSource, toNodeHandler } from 'dataset-items';
import pg from 'pg';
import Cursor from 'pg-cursor';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, application_name: 'exports', max: 10 });
// Called when an idle connection breaks.
pool.on('error', (error) => console.error(error.message));

/** The rows of a window as JSON text, a thousand at a time. The next thousand are requested when these are written. */
async function* readOrders({ offset, limit, desc }, signal) {
  const client = await pool.connect();
  let isOurs = true;
  const giveBack = (broken) => {
    if (isOurs) client.release(broken);
    isOurs = false;
  };
  // When a client disconnects, the connection is closed at once, even while the database does not respond.
  const leave = () => giveBack(true);
  signal.addEventListener('abort', leave, { once: true });
  let cursor;
  try {
    signal.throwIfAborted();
    const sql = `select to_jsonb(orders)::text from orders order by id ${desc ? 'desc' : 'asc'} offset $1 limit $2`;
    cursor = client.query(new Cursor(sql, [offset, Number.isFinite(limit) ? limit : null], { rowMode: 'array' }));
    for (;;) {
      const rows = await cursor.read(1000);
      if (rows.length === 0) return;
      for (const [text] of rows) yield text;
    }
  } catch (error) {
    giveBack(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
    if (isOurs) await cursor?.close();
    giveBack();
  }
}

const handler = itemsHandler(async (request) => {
  if (new URL(request.url).pathname !== '/orders') return undefined;
  const { rows } = await pool.query('select count(*)::int as total, max(updated_at)::text as updated from orders');
  const [{ total, updated }] = rows;
  const facts = { id: 'orders', name: 'orders', version: `${total} ${updated}` };
  return { source: textSource({ facts, total: () => total, applies: ['offset', 'limit', 'desc'], texts: readOrders }) };
});

const server = createServer(toNodeHandler(handler)).listen(Number(process.env.PORT ?? 4040), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/orders?format=csv`);
});
process.once('SIGTERM', () => server.close(() => pool.end()));
