import { extname } from 'node:path';

/** Of files that a Crawlee storage directory holds for records, by what their names end with. */
const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.gif': 'image/gif',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.xml': 'application/xml; charset=utf-8',
  '.zip': 'application/zip',
};

/** A name without an ending is itself taken for one, and else for that of text, as Crawlee does. */
export function contentTypeOf(fileName: string): string {
  const ending = extname(fileName).toLowerCase();
  if (ending === '') return contentTypes[`.${fileName.toLowerCase()}`] ?? 'text/plain; charset=utf-8';
  return contentTypes[ending] ?? 'application/octet-stream';
}

/** With the dot; `.bin` where nothing better is known. */
export function extensionOf(contentType: string): string {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  const found = Object.entries(contentTypes).findLast(([, value]) => value.split(';')[0] === type);
  return found?.[0] ?? '.bin';
}
