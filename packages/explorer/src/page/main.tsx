import { render } from 'preact';
import type { Settings } from '../shared/settings.js';
import { getJson } from './api/request.js';
import { App, isPagePath } from './app/app.js';
import { SettingsProvider } from './app/context.js';
import { followLinks } from './app/location.js';
import { Failure } from './parts/failure.js';
import './styles/index.css';

const root = document.getElementById('page');
if (root === null) throw new Error('the document has no element #page');
try {
  const settings = await getJson<Settings>('/_explorer/settings.json');
  followLinks(isPagePath);
  render(
    <SettingsProvider value={settings}>
      <App />
    </SettingsProvider>,
    root,
  );
} catch (error) {
  render(<Failure error={error instanceof Error ? error : new Error(String(error))} />, root);
}
