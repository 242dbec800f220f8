import type { Facts } from '@dataset-items/query-pipeline';

export interface FileName {
  readonly name: string;
  readonly modifiedAt: Facts['modifiedAt'];
  /** Without the dot. */
  readonly extension: string;
}

/** UTF-16 units of a dataset's name in a file name, so that the file name fits into the 255 bytes that file systems allow. */
const MAX_NAME = 60;

/**
 * `Content-Disposition: attachment` with a file name that every file system accepts (RFC 6266). No name can end the header or point
 * into another folder.
 */
export function attachmentHeader({ name, modifiedAt, extension }: FileName): string {
  const label = wellFormed(name.slice(0, MAX_NAME)).replace(notInFileNames, '_');
  const whole = ['dataset', label, timeOf(modifiedAt)].filter((part) => part !== '').join('_');
  const full = `${whole}.${extension}`;
  const ascii = full.replace(/[^\w.-]/g, '_');
  return `attachment; filename="${ascii}"${ascii === full ? '' : `; filename*=UTF-8''${extendedValue(full)}`}`;
}

/** Separators, characters that some system refuses, control characters, and format characters that could hide an extension. */
const notInFileNames = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"*/:<>?\\|]/gu;

/** `2026-01-31_12-00-00-000`: when the dataset last changed, so an unchanged dataset keeps its file name. Empty if not known. */
function timeOf(modifiedAt: Facts['modifiedAt']): string {
  if (modifiedAt === undefined || Number.isNaN(modifiedAt.getTime())) return '';
  return modifiedAt.toISOString().slice(0, -1).replace('T', '_').replace(/[:.]/g, '-');
}

/** RFC 8187: everything but letters, digits and a few marks is percent-encoded. */
function extendedValue(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A lone surrogate becomes U+FFFD, including one that results from the limit. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString('utf8');
}
