import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Settings } from '../../shared/settings.js';

const SettingsContext = createContext<Settings | undefined>(undefined);

export const SettingsProvider = SettingsContext.Provider;

/** What the server has said of itself. */
export function useSettings(): Settings {
  const settings = useContext(SettingsContext);
  if (settings === undefined) throw new Error('useSettings is called outside of the page');
  return settings;
}
