import { afterAll, afterEach, vi } from 'vitest';

// Every answer of an emulator in the process of a test passes through here, whether it was asked without a socket or by a client.
vi.mock('../packages/emulator/src/app.js', async (original) => {
  const { createApp } = await original<typeof import('../packages/emulator/src/app.js')>();
  const { checkAnswer, takeDifferences } = await import('./emulator/checked-answers.js');
  differences = takeDifferences;
  const checkedApp: typeof createApp = (services, rules) => {
    const answer = createApp(services, rules);
    return async (request, caller) => {
      const response = await answer(request, caller);
      checkAnswer(request, response);
      return response;
    };
  };
  return { createApp: checkedApp };
});

let differences: () => string[] = () => [];

function failOnDifferences(): void {
  const found = [...new Set(differences())];
  if (found.length > 0) throw new Error(`answers differ from the API's description:\n${found.join('\n')}`);
}

afterEach(failOnDifferences);
afterAll(failOnDifferences);
