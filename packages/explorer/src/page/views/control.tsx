import { useState } from 'preact/hooks';
import { getJson, send } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { useSettings } from '../app/context.js';
import { quantity } from '../app/words.js';
import { LIVE } from '../dataset/dataset.js';
import { FaultForm } from '../emulator/fault-form.js';
import { Failure } from '../parts/failure.js';
import type { View } from './view.js';

/** Faults for the next requests of clients, and the reset. */
export const control: View = {
  path: '/_explorer/control',
  title: 'Faults and reset',
  menu: 'Faults',
  needs: 'faults',
  Component: Control,
};

interface Pending {
  readonly count: number;
  readonly status?: number;
  readonly afterBytes?: number;
  readonly path?: string;
  readonly methods?: readonly string[];
}

function Control() {
  const { readOnly } = useSettings();
  const { value, error, reload } = useLoad(
    (signal) => getJson<{ waiting: readonly Pending[] }>('/_emulator/fail-next', signal),
    [],
    {
      every: LIVE,
    },
  );
  const [failure, setFailure] = useState<Error>();
  const [said, setSaid] = useState('');
  const change = (path: string, init: RequestInit, done: string): void => {
    setFailure(undefined);
    send(path, init).then(() => {
      setSaid(done);
      reload();
    }, setFailure);
  };
  return (
    <main>
      <h1>Faults and reset</h1>
      {error && <Failure error={error} retry={reload} />}
      {failure && <Failure error={failure} title="Nothing was changed" />}
      {readOnly ? (
        <p class="notice">The server is read-only, so nothing can be changed here.</p>
      ) : (
        <>
          <FaultForm
            onAdd={(wanted) =>
              change(
                '/_emulator/fail-next',
                { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wanted) },
                'The next requests will fail.',
              )
            }
          />
          <h2>Pending faults</h2>
          {value?.waiting.length === 0 && <p class="faint">None: every request is answered as usual.</p>}
          <ul>
            {value?.waiting.map((pending, at) => (
              <li key={at}>{pendingWords(pending)}</li>
            ))}
          </ul>
          {value && value.waiting.length > 0 && (
            <div class="row">
              <button
                type="button"
                onClick={() => change('/_emulator/fail-next', { method: 'DELETE' }, 'Pending faults are removed.')}
              >
                Remove pending faults
              </button>
            </div>
          )}
          <Reset onReset={() => change('/_emulator/reset', { method: 'POST' }, 'Everything is as it was at the start.')} />
          <p role="status">{said}</p>
        </>
      )}
    </main>
  );
}

function pendingWords({ count, status, afterBytes, path, methods }: Pending): string {
  const what = afterBytes === undefined ? `status ${status ?? 500}` : `broken after ${quantity(afterBytes, 'byte')}`;
  const which = [methods?.join(' or '), path && `at paths with ${path}`].filter(Boolean).join(' ');
  return `${quantity(count, 'request')}${which ? ` (${which})` : ''}: ${what}`;
}

/** The reset deletes everything, so it is asked for twice. */
function Reset({ onReset }: { readonly onReset: () => void }) {
  const [asked, setAsked] = useState(false);
  return (
    <section aria-label="Reset">
      <h2>Reset</h2>
      <p>Deletes everything that is stored, and reads the seeds again.</p>
      <div class="row">
        {asked ? (
          <>
            <button
              type="button"
              class="main"
              onClick={() => {
                setAsked(false);
                onReset();
              }}
            >
              Delete everything
            </button>
            <button type="button" onClick={() => setAsked(false)}>
              Cancel
            </button>
          </>
        ) : (
          <button type="button" onClick={() => setAsked(true)}>
            Reset…
          </button>
        )}
      </div>
    </section>
  );
}
