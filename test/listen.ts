export { type Answer, ask, listen } from '../packages/http/src/testing/serve.js';
