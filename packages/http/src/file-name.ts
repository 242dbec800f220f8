import type { Facts } from '@dataset-items/query-pipeline';

export interface FileName {
  readonly name: string;
  readonly modifiedAt: Facts['modifiedAt'];
  /** Without the dot. */
  readonly extension: string;
  /** Ask the browser to save the response rather than show it. */
  readonly attachment: boolean;
}

/** UTF-16 units of a dataset's name that go into a file name: with the rest, no more than what file systems take. */
const MAX_NAME = 60;

/** `Content-Disposition` with a file name that every file system takes (RFC 6266). Nothing in a name can end the header or leave a folder. */
export function contentDisposition({ name, modifiedAt, extension, attachment }: FileName): string {
  const kind = attachment ? 'attachment' : 'inline';
  const label = wellFormed(name.slice(0, MAX_NAME)).replace(notInFileNames, '_');
  const whole = ['dataset', label, timeOf(modifiedAt)].filter((part) => part !== '').join('_');
  const full = `${whole}.${extension}`;
  const ascii = full.replace(/[^\w.-]/g, '_');
  return `${kind}; filename="${ascii}"${ascii === full ? '' : `; filename*=UTF-8''${extendedValue(full)}`}`;
}

/** Separators and what some system refuses; controls, and format characters that would hide an extension. */
const notInFileNames = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"*/:<>?\\|]/gu;

/** `2026-01-31_12-00-00-000`; the same for the same dataset on any day. */
function timeOf(modifiedAt: Facts['modifiedAt']): string {
  const known = modifiedAt !== undefined && !Number.isNaN(modifiedAt.getTime());
  const time = known ? modifiedAt : new Date(Date.UTC(1980, 0));
  return time.toISOString().slice(0, -1).replace('T', '_').replace(/[:.]/g, '-');
}

/** RFC 8187: all but letters, digits and a few marks in percent signs. */
function extendedValue(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A lone surrogate, one cut in half too, becomes U+FFFD. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString('utf8');
}
