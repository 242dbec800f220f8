import { useState } from 'preact/hooks';

type Wanted = Readonly<Record<string, string | number>>;

const fields = [
  { name: 'status', label: 'Status', about: '400 to 599. Empty: 500.', type: 'number' },
  {
    name: 'afterBytes',
    label: 'Or break after bytes',
    about: 'The usual response, cut after this number of bytes.',
    type: 'number',
  },
  { name: 'count', label: 'Requests', about: 'How many fail. Empty: one.', type: 'number' },
  { name: 'path', label: 'Path contains', about: 'Empty: any path.', type: 'text' },
  { name: 'methods', label: 'Methods', about: 'Such as GET,POST. Empty: any.', type: 'text' },
  { name: 'message', label: 'Message', about: 'Of the error.', type: 'text' },
  { name: 'retryAfter', label: 'Retry after seconds', about: 'Sent as Retry-After.', type: 'number' },
] as const;

/** What the next requests get instead of their response. */
export function FaultForm({ onAdd }: { readonly onAdd: (wanted: Wanted) => void }) {
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const add = (): void => {
    const given = fields.flatMap(({ name, type }): [string, string | number][] => {
      const text = texts[name] ?? '';
      return text === '' ? [] : [[name, type === 'number' ? Number(text) : text]];
    });
    onAdd(Object.fromEntries(given));
  };
  return (
    <form
      class="fields start"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <h2>Make the next requests fail</h2>
      {fields.map(({ name, label, about, type }) => (
        <div class="field" key={name}>
          <label for={`fault-${name}`}>{label}</label>
          <FaultInput
            name={name}
            isNumber={type === 'number'}
            value={texts[name] ?? ''}
            onType={(value) => setTexts({ ...texts, [name]: value })}
          />
          <small id={`fault-${name}-about`}>{about}</small>
        </div>
      ))}
      <button type="submit" class="main">
        Make them fail
      </button>
    </form>
  );
}

interface FaultInputProps {
  readonly name: string;
  readonly isNumber: boolean;
  readonly value: string;
  readonly onType: (value: string) => void;
}

function FaultInput({ name, isNumber, value, onType }: FaultInputProps) {
  const common = {
    id: `fault-${name}`,
    'aria-describedby': `fault-${name}-about`,
    value,
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => onType(event.currentTarget.value),
  };
  return isNumber ? <input type="number" min={0} {...common} /> : <input type="text" {...common} />;
}
