import type { Reporter } from 'vitest/node';

/** Prints why the first attempt of a check failed, where the second passed. */
export const firstAttempts: Reporter = {
  onTestCaseResult(test) {
    if (!test.diagnostic()?.flaky) return;
    for (const { stack, message } of test.result().errors ?? []) {
      process.stdout.write(`the first attempt failed: ${test.fullName}\n${stack ?? message}\n`);
    }
  },
};
