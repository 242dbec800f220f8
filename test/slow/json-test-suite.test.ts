import { checkJsonTestSuite, folder } from '../check-json-test-suite.js';
import { runCommand } from '../command.js';

checkJsonTestSuite('the command', async (file) => {
  const { status, stdout, stderr } = await runCommand(['export', '--format', 'jsonl', file], { cwd: folder });
  return { status, text: stdout.toString('utf8'), message: stderr };
});
