/** The data sets that workers open: `dataset-items work --datasets examples/scale/datasets.mjs`. */
import { fileURLToPath } from 'node:url';

export const files = {
  earthquakes: fileURLToPath(new URL('../earthquakes.jsonl', import.meta.url)),
};

export const open = (name) => (Object.hasOwn(files, name) ? files[name] : undefined);
