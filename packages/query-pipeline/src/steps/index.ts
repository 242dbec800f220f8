import { flatten } from './flatten.js';
import { project } from './project.js';
import { reshape } from './reshape.js';
import { skipEmpty, skipFailedPages } from './skip.js';
import type { StepFactory } from './step.js';
import { unwind } from './unwind.js';

/** Every step, in the order in which they run (SEMANTICS section 2). */
export const plainSteps: readonly StepFactory[] = [skipFailedPages, unwind, flatten, project, skipEmpty];

/** The same, where they can be in one go. */
export const steps: readonly StepFactory[] = [skipFailedPages, reshape, skipEmpty];
