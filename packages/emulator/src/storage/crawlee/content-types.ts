import { extname } from 'node:path';

/** Content types of record files in a Crawlee storage directory, by extension. */
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

/** As in Crawlee: a name without an extension is taken for an extension itself, and otherwise the file is plain text. */
export function contentTypeOf(fileName: string): string {
  const extension = extname(fileName).toLowerCase();
  if (extension === '') return contentTypes[`.${fileName.toLowerCase()}`] ?? 'text/plain; charset=utf-8';
  return contentTypes[extension] ?? 'application/octet-stream';
}

/** The extension for a content type, with the dot; `.bin` for an unknown type. */
export function extensionOf(contentType: string): string {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  const found = Object.entries(contentTypes).findLast(([, value]) => value.split(';')[0] === type);
  return found?.[0] ?? '.bin';
}
