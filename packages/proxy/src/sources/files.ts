import { openInputs } from '@dataset-items/sources';
import type { SourceKind } from './kind.js';

/** Files, directories and patterns. Each request opens them again, so that it reads their current content. */
export const files: SourceKind = {
  takes: () => true,
  prepare: (_, { from, ...options }) => ({ open: () => openInputs([from], options), close: async () => {} }),
};
