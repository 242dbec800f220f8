/** A property of an input schema, as far as the form needs it. */
export interface InputProperty {
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly editor?: string;
  readonly default?: unknown;
  readonly prefill?: unknown;
  readonly enum?: readonly string[];
  readonly enumTitles?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly isSecret?: boolean;
}

interface InputFieldProps {
  readonly name: string;
  readonly property: InputProperty;
  readonly required: boolean;
  /** The text of the field; `true` or `false` for a checkbox. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** The kind of a field. `json`: its value is written as JSON. */
export function kindOfField({
  type,
  editor,
  enum: words,
}: InputProperty): 'check' | 'number' | 'choice' | 'lines' | 'text' | 'json' {
  if (type === 'boolean') return 'check';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'string') return words === undefined ? 'text' : 'choice';
  return type === 'array' && editor === 'stringList' ? 'lines' : 'json';
}

const longEditors = ['textarea', 'javascript', 'python'];

export function InputField({ name, property, required, value, onChange }: InputFieldProps) {
  const kind = kindOfField(property);
  const id = `input-${name}`;
  const label = `${property.title ?? name}${required ? ' (required)' : ''}`;
  const common = { id, required, 'aria-describedby': `${id}-about` };
  const isLong = kind === 'lines' || kind === 'json' || longEditors.includes(property.editor ?? '');
  const typed = (event: { readonly currentTarget: { readonly value: string } }): void => onChange(event.currentTarget.value);
  return (
    <div class={kind === 'check' ? 'field check' : 'field'}>
      {kind === 'check' && (
        <input
          type="checkbox"
          id={id}
          aria-describedby={`${id}-about`}
          checked={value === 'true'}
          onChange={(event) => onChange(String(event.currentTarget.checked))}
        />
      )}
      <label for={id}>{label}</label>
      {kind === 'choice' && (
        <select {...common} value={value} onChange={typed}>
          {value === '' && <option value="" />}
          {property.enum?.map((word, at) => (
            <option key={word} value={word}>
              {property.enumTitles?.[at] ?? word}
            </option>
          ))}
        </select>
      )}
      {kind === 'number' && (
        <input
          {...common}
          type="number"
          step={property.type === 'integer' ? 1 : 'any'}
          min={property.minimum}
          max={property.maximum}
          value={value}
          onInput={typed}
        />
      )}
      {kind !== 'check' && kind !== 'choice' && kind !== 'number' && isLong && (
        <textarea {...common} rows={4} spellcheck={false} value={value} onInput={typed} />
      )}
      {kind === 'text' && !isLong && !property.isSecret && (
        <input type="text" autocomplete="off" value={value} onInput={typed} {...common} />
      )}
      {kind === 'text' && !isLong && property.isSecret && (
        <input type="password" autocomplete="off" value={value} onInput={typed} {...common} />
      )}
      <small id={`${id}-about`}>
        {kind === 'lines' ? 'One per line. ' : kind === 'json' ? 'As JSON. ' : ''}
        {property.description ?? ''}
      </small>
    </div>
  );
}
