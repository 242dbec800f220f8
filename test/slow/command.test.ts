import { checkCommand } from '../doors/check-command.js';

checkCommand('all');
