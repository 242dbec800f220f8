import type { StepFactory } from '../step.js';
import { flatten } from './flatten.js';
import { project } from './project.js';
import { skipEmpty } from './skip-empty.js';
import { skipFailedPages } from './skip-failed-pages.js';
import { unwind } from './unwind.js';

/** Every step, in the order in which they run (docs/semantics.md#order). */
export const steps: readonly StepFactory[] = [skipFailedPages, unwind, flatten, project, skipEmpty];
