import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The rows of the cases first: most mutants fall there, in little time; then the tests beside the code; the laws, which reach everything, last. */
export class Ordered extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => rank(one.moduleId) - rank(other.moduleId) || (one.moduleId < other.moduleId ? -1 : 1));
  }
}

const last = ['/test/formats/', 'contract.test.ts', 'turns.test.ts', 'leaving.test.ts', '/test/laws/'];

function rank(file: string): number {
  if (file.includes('/test/doors/')) return -2;
  return last.findIndex((part) => file.includes(part));
}
