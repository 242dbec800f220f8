import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportItems, fileSource } from 'dataset-items';

/** The library as a service would use it: a file's items into a writable stream. */
const [path = '', query = ''] = process.argv.slice(2);
const { bytes } = await exportItems(await fileSource(path), query);
await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream('/dev/null'));
