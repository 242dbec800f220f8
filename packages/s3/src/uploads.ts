import type { Piece } from '@dataset-items/parts';

const MIB = 1024 * 1024;

/** What S3 allows for the parts of a multipart upload. */
export interface UploadLimits {
  /** Least number of bytes of each part but the last. */
  readonly least: number;
  /** Largest number of bytes of a part. */
  readonly most: number;
}

export const uploadLimits: UploadLimits = { least: 5 * MIB, most: 5 * 1024 * MIB };
/** Largest number of parts. */
export const mostUploads = 10_000;

type StoredPiece = Exclude<Piece, Uint8Array>;

/** A part of a multipart upload: bytes that the store copies, or small pieces that are read and sent together. */
export type Upload = { readonly copy: StoredPiece } | { readonly gather: readonly Piece[] };

/**
 * The uploads that make the pieces one object. Stored pieces that are large enough are copied by the store. Smaller ones are gathered, and
 * filled up from the next piece if that leaves enough of it to be copied. So less than three times `least` is sent at once, unless one piece
 * is larger in memory already.
 */
export function uploadsOf(pieces: readonly Piece[], { least, most }: UploadLimits = uploadLimits): Upload[] {
  const uploads: Upload[] = [];
  let gathered: Piece[] = [];
  let size = 0;
  const send = (): void => {
    if (size > 0) uploads.push({ gather: gathered });
    [gathered, size] = [[], 0];
  };
  for (const piece of pieces) {
    const length = lengthOf(piece);
    let used = 0;
    if (size > 0 || length < least) {
      const missing = least - size;
      used = length - missing >= least ? missing : length;
      if (used > 0) gathered.push(cut(piece, 0, used));
      size += used;
      if (size >= least) send();
    }
    if (used < length) uploads.push(...largeUploads(cut(piece, used, length), most));
  }
  send();
  return uploads;
}

/** @param piece large enough to be an upload of its own */
function largeUploads(piece: Piece, most: number): Upload[] {
  if (piece instanceof Uint8Array) return [{ gather: [piece] }];
  const length = lengthOf(piece);
  const count = Math.ceil(length / most);
  const place = (index: number): number => Math.floor((length * index) / count);
  return Array.from({ length: count }, (_, index) => ({ copy: cut(piece, place(index), place(index + 1)) }));
}

export function lengthOf(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.length : piece.to - piece.from;
}

function cut(piece: StoredPiece, from: number, to: number): StoredPiece;
function cut(piece: Piece, from: number, to: number): Piece;
function cut(piece: Piece, from: number, to: number): Piece {
  if (piece instanceof Uint8Array) return piece.subarray(from, to);
  return { name: piece.name, from: piece.from + from, to: piece.from + to };
}
