import { useMemo } from 'preact/hooks';
import { getJson } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { useSettings } from '../app/context.js';
import { Panel } from '../parts/panel.js';
import { ParameterField } from '../query/parameter-field.js';
import { queryNames, withValue } from '../query/search.js';
import { type JsonObject, suggestionsFor } from '../query/suggest.js';
import { type Dataset, itemsPath, type SchemaView } from './dataset.js';

interface QueryPanelProps {
  readonly dataset: Dataset;
  readonly search: URLSearchParams;
  readonly views: readonly SchemaView[];
  readonly onChange: (search: URLSearchParams) => void;
  readonly onClose: () => void;
}

/** Items that suggestions are made of. */
const LOOKED_AT = 100;

/** A form of all parameters of a query. A change is at once in the address, and in the table. */
export function QueryPanel({ dataset, search, views, onChange, onClose }: QueryPanelProps) {
  const settings = useSettings();
  const { value: items = [] } = useLoad(
    (signal) => getJson<readonly JsonObject[]>(`${itemsPath(dataset.id)}?limit=${LOOKED_AT}`, signal),
    [dataset.id, Math.min(dataset.itemCount, LOOKED_AT)],
  );
  // After these, records have other fields than the items.
  const shaping = ['unwind', 'flatten', 'simplified'].map((name) => search.get(name) ?? '');
  const { value: records = [] } = useLoad(
    async (signal) => {
      if (shaping.every((value) => value === '')) return [];
      const [unwind = '', flatten = '', simplified = ''] = shaping;
      const asked = new URLSearchParams({ unwind, flatten, simplified, limit: '20' });
      return getJson<readonly JsonObject[]>(`${itemsPath(dataset.id)}?${asked}`, signal);
    },
    [dataset.id, ...shaping],
  );
  const shown = useMemo(() => new Set(queryNames(settings)), [settings]);
  return (
    <Panel title="Query" onClose={onClose}>
      <form class="fields" onSubmit={(event) => event.preventDefault()}>
        {settings.parameters
          .filter(({ name, local }) => shown.has(name) && !local && (name !== 'view' || views.length > 0))
          .map((parameter) => (
            <ParameterField
              key={parameter.name}
              parameter={parameter}
              value={search.get(parameter.name) ?? ''}
              choices={parameter.name === 'view' ? views.map(({ name, title }) => ({ name, note: title })) : undefined}
              suggest={() => [
                ...new Map(
                  [...suggestionsFor(parameter.name, items), ...suggestionsFor(parameter.name, records.slice(0, 200))].map(
                    (suggestion) => [suggestion.name, suggestion],
                  ),
                ).values(),
              ]}
              onChange={(value) => onChange(withValue(search, parameter.name, value))}
            />
          ))}
      </form>
    </Panel>
  );
}
