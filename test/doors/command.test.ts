import { checkCommand } from './check-command.js';

// test/slow/command.test.ts has all formats, and both ways to ask for them.
checkCommand('one each');
