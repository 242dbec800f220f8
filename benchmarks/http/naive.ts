import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Item = Readonly<Record<string, unknown>>;

/** What many write first: the file is read and parsed as a whole for each request, transformed, and sent in one piece. */
export function naiveServer(path: string) {
  const server = createServer(async (request, response) => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    const items: Item[] = (await readFile(path, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const fields = query.get('fields')?.split(',');
    const records = fields === undefined ? items : items.map((item) => pick(item, fields));
    response.setHeader('content-type', query.get('format') === 'csv' ? 'text/csv' : 'application/jsonl');
    response.end(query.get('format') === 'csv' ? csv(records) : records.map((record) => JSON.stringify(record)).join('\n'));
  });
  return {
    async listen() {
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    },
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function pick(item: Item, fields: readonly string[]): Item {
  return Object.fromEntries(fields.map((name) => [name, item[name]]));
}

function csv(records: readonly Item[]): string {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const cell = (value: unknown): string =>
    value === undefined || value === null ? '' : `"${String(value).replaceAll('"', '""')}"`;
  const rows = records.map((record) => columns.map((name) => cell(record[name])).join(','));
  return `\ufeff${[columns.map(cell).join(','), ...rows, ''].join('\r\n')}`;
}
