import { exportParameters } from '@dataset-items/exporter';
import type { Registry } from '@dataset-items/query-pipeline';
import { formats, tableParameters, textParameters } from '@dataset-items/serializers';
import type { FormatFacts, ParameterFacts, Settings } from './shared/settings.js';

export type GivenSettings = Partial<Pick<Settings, 'files' | 'readOnly' | 'serves' | 'token'>>;

/** The settings of a page: what its server says of itself, and the registries. */
export function settingsOf({ serves = [], readOnly = false, token = false, files = {} }: GivenSettings): Settings {
  return { serves, readOnly, token, files, formats: formatFacts(), parameters: parameterFacts(exportParameters) };
}

function formatFacts(): FormatFacts[] {
  return Object.entries(formats).map(([name, { summary, mediaType, extension, kind, parameters, ...format }]) => ({
    name,
    summary,
    mediaType,
    extension,
    kind,
    binary: 'binary' in format,
    links: 'linkParameter' in format,
    // Feeds, and containers of files.
    dated: 'linkParameter' in format || 'binary' in format,
    parameters: [
      ...Object.keys(parameters),
      ...('binary' in format ? [] : Object.keys(textParameters)),
      ...(kind === 'table' ? Object.keys(tableParameters) : []),
    ],
  }));
}

function parameterFacts(registry: Registry): ParameterFacts[] {
  return Object.entries(registry).map(([name, { summary, kind, placeholder, expected, defaultText = '', local = false }]) => ({
    name,
    summary,
    kind,
    placeholder,
    expected,
    defaultText,
    local,
  }));
}
