import { useState } from 'preact/hooks';
import { send } from '../api/request.js';
import { pathTo } from '../app/address.js';
import { useSettings } from '../app/context.js';
import { goTo } from '../app/location.js';
import { Failure } from '../parts/failure.js';
import { type Input, type InputSchema, inputOf, jsonOf, textsOf } from './input.js';
import { InputField } from './input-field.js';
import { type Run, runPath } from './run.js';

interface StartFormProps {
  /** Path of the actor or the task in the API. */
  readonly path: string;
  readonly schema: InputSchema | null;
  /** The input that it has without this form. */
  readonly input: Input | null;
}

/** A form of the input, made from the input schema, and a button that starts a run. Without a schema the input is JSON. */
export function StartForm({ path, schema, input }: StartFormProps) {
  const { readOnly } = useSettings();
  const [texts, setTexts] = useState(() => (schema ? textsOf(schema, input) : { json: JSON.stringify(input ?? {}, null, 2) }));
  const [failure, setFailure] = useState<Error>();
  const [starting, setStarting] = useState(false);
  if (readOnly) return <p class="notice">The server is read-only, so no run can be started here.</p>;
  const start = async (): Promise<void> => {
    setFailure(undefined);
    setStarting(true);
    try {
      const given = schema ? inputOf(schema, texts) : jsonOf('Input', texts.json || '{}');
      const response = await send(`${path}/runs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(given),
      });
      const { data } = (await response.json()) as { data: Run };
      goTo(pathTo(runPath, { actorId: data.actId, runId: data.id }));
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
      setStarting(false);
    }
  };
  const change = (name: string, value: string): void => setTexts((before) => ({ ...before, [name]: value }));
  return (
    <form
      class="fields start"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      {schema?.description && <p class="faint">{schema.description}</p>}
      {schema ? (
        Object.entries(schema.properties ?? {}).map(([name, property]) => (
          <InputField
            key={name}
            name={name}
            property={property}
            required={schema.required?.includes(name) ?? false}
            value={texts[name] ?? ''}
            onChange={(value) => change(name, value)}
          />
        ))
      ) : (
        <InputField
          name="json"
          property={{ title: 'Input', type: 'object' }}
          required={false}
          value={texts.json ?? ''}
          onChange={(value) => change('json', value)}
        />
      )}
      {failure && <Failure error={failure} title="The run was not started" />}
      <button type="submit" class="main" disabled={starting}>
        Start
      </button>
    </form>
  );
}
