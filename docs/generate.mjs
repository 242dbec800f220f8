import { writeFileSync } from 'node:fs';
import { pages } from './pages.mjs';

for (const [path, text] of pages()) writeFileSync(new URL(`../${path}`, import.meta.url), text);
