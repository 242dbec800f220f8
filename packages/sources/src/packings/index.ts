import { brotli } from './brotli.js';
import { utf16be, utf16le } from './encoding.js';
import { gzip } from './gzip.js';
import { zstd } from './zstd.js';

/** Every compression and encoding that is undone when input is read. */
export const packings = { gzip, zstd, brotli, utf16le, utf16be } as const;
