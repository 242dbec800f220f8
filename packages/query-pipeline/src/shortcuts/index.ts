import { keptFields } from './kept-fields.js';
import { listedValues } from './listed-values.js';
import type { Shortcut } from './shortcut.js';

/** Every shortcut. The first that supports a query is used. */
export const shortcuts: readonly Shortcut[] = [listedValues, keptFields];
