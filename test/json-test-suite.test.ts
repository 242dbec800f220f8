import { exportItems, fileSource, MalformedInputError } from 'dataset-items';
import { checkJsonTestSuite, folder } from './check-json-test-suite.js';

// test/slow/json-test-suite.test.ts does it with the command, in a process for each file.
checkJsonTestSuite('the library', async (file) => {
  try {
    const { bytes } = await exportItems(await fileSource(`${folder}${file}`), { format: 'jsonl', finalNewline: true });
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    return { status: 0, text: Buffer.concat(chunks).toString('utf8'), message: '' };
  } catch (error) {
    if (!(error instanceof MalformedInputError)) throw error;
    return { status: 65, text: '', message: error.message };
  }
});
