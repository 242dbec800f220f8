/** The folder of the benchmarks, also when this file runs from `dist/`. */
export const benchmarks = new URL(import.meta.url.includes('/dist/') ? '../' : './', import.meta.url);
