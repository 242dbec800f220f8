import { createGunzip } from 'node:zlib';
import { defaultChunkSize } from '../bytes.js';
import { beginsWith } from '../recognition.js';
import type { Packing } from './packing.js';

export const gzip: Packing = {
  kind: 'packing',
  extension: 'gz',
  recognizes: beginsWith(0x1f, 0x8b, 0x08),
  unpacker: () => createGunzip({ chunkSize: defaultChunkSize }),
  faultOf: ({ code, message }) =>
    code === 'Z_BUF_ERROR' ? 'the gzip data ends too early' : `the gzip data is corrupt: ${message}`,
};
