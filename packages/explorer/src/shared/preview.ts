/**
 * A line of `GET /_explorer/preview/:datasetId?<parameters of an export>`: the export is made to its end, its first bytes are sent as soon as
 * they are known, and the rest is only counted. A request that is aborted ends it. The response is JSON Lines.
 */
export type PreviewLine = PreviewProgress | PreviewHead | PreviewEnd | PreviewFailure;

/** Sent while items are read, a few times a second. */
export interface PreviewProgress {
  readonly kind: 'progress';
  /** Items read. */
  readonly items: number;
  /** Bytes of the export made. A table makes the first when all items are read. */
  readonly bytes: number;
}

/** The beginning of the export, up to 64 KiB: exactly the first bytes of the download. */
export interface PreviewHead {
  readonly kind: 'head';
  readonly base64: string;
}

/** The last line of an export that succeeds. */
export interface PreviewEnd {
  readonly kind: 'end';
  /** Size of the download. */
  readonly bytes: number;
  readonly mediaType: string;
  /** What is known at the end of an export, as the library reports it. */
  readonly report: PreviewReport;
}

export interface PreviewReport {
  readonly itemsRead: number;
  readonly rows: number;
  /** Columns that are left out, the first of them. */
  readonly droppedColumns: { readonly count: number; readonly first: readonly string[] };
  /** What was replaced, truncated, skipped or dropped, each as a sentence of the command's warnings. */
  readonly warnings: readonly string[];
}

/** The last line of an export that fails after its response has begun. */
export interface PreviewFailure {
  readonly kind: 'error';
  /** That of the response that the download would have had; 500 once it has begun. */
  readonly status: number;
  readonly error: { readonly type: string; readonly message: string };
}
