import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inDirectory } from '../command/scratch.js';
import { readCsv } from '../read-csv.js';
import { emulate } from './emulated.js';

const run = promisify(execFile);
const { url, emulator } = await emulate();
const script = fileURLToPath(new URL('children/sdk.mjs', import.meta.url));
const ids = Array.from({ length: 2501 }, (_, id) => id);

describe('the SDK in its own process, with openDataset forced to the API', () => {
  it('pushData, getData, forEach, reduce, exportToCSV, exportToJSON, getInfo, drop', () =>
    inDirectory({}, async (cwd) => {
      const env = {
        ...process.env,
        APIFY_API_BASE_URL: url,
        APIFY_API_PUBLIC_BASE_URL: url,
        APIFY_TOKEN: 'any',
        CRAWLEE_STORAGE_DIR: cwd,
        APIFY_LOG_LEVEL: 'ERROR',
      };
      const { stdout } = await run(process.execPath, [script], { cwd, env, maxBuffer: 100e6 });
      const { got, walked, sum, information, csv, json, total } = JSON.parse(stdout);
      expect(got).toMatchObject({
        items: [
          { id: 1, name: 'é 1' },
          { id: 2, name: 'é 2' },
        ],
        total: 2501,
        offset: 1,
        limit: 2,
      });
      expect(walked).toEqual(ids.map((id) => [id, id]));
      expect(sum).toBe((2500 * 2501) / 2);
      expect(information).toMatchObject({ name: 'from-sdk', itemCount: 2501, cleanItemCount: 2501 });
      // The SDK takes the columns from the first item.
      expect(await readCsv(csv)).toEqual([['id', 'name'], ...ids.map((id) => [String(id), id === 0 ? 'one' : `é ${id}`])]);
      expect(json.map((item: { id: number }) => item.id)).toEqual(ids);
      expect(total).toBe(2501);
      expect(emulator.datasets.list()).toEqual([]);
    }));
});
