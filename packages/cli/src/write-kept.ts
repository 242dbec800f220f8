import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** What is written to a kept file: as `readKept` reads it. */
interface Keeping {
  readonly place: string;
  readonly parts: readonly Uint8Array[];
  readonly stamp: Buffer;
}

/**
 * Writes a kept file so that nobody sees a part of it, not even after a power failure: V8 trusts the code. A process that is killed meanwhile
 * leaves a file with another name.
 */
export function writeKept({ place, parts, stamp }: Keeping): void {
  const lengths = Buffer.alloc(4 * parts.length);
  for (const [index, { length }] of parts.entries()) lengths.writeUInt32LE(length, 4 * index);
  // Processes in containers may have the same number.
  const partial = `${place}.${process.pid}-${Math.random().toString(36).slice(2)}`;
  try {
    writeFileSync(partial, Buffer.concat([...parts, lengths, stamp]), { flush: true, flag: 'wx' });
    renameSync(partial, place);
  } catch {
    // The disk is full, or something else has the name. The next run tries again.
    rmSync(partial, { force: true });
  }
}
