import { describe } from 'vitest';

/** Declares every test of the API's clients that talks to an emulator in memory. Hooks of a file hold for its own tests only. */
export function describeClients(): void {
  describe('dataset calls', () => import('../clients/dataset-calls.test.js').then(() => undefined));
  describe('downloads', () => import('../clients/downloads.test.js').then(() => undefined));
  describe('errors', () => import('../clients/errors.test.js').then(() => undefined));
  describe('list items', () => import('../clients/list-items.test.js').then(() => undefined));
  describe('paging', () => import('../clients/paging.test.js').then(() => undefined));
  describe('retries', () => import('../clients/retries.test.js').then(() => undefined));
}
