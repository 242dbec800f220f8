import { useState } from 'preact/hooks';
import { getJson } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { bytesText, quantity } from '../app/words.js';
import { RequestDetails, type Seen } from '../emulator/request-details.js';
import { Failure } from '../parts/failure.js';
import { Panel } from '../parts/panel.js';
import type { View } from './view.js';

/** The requests of clients, as they come in. */
export const requests: View = {
  path: '/_explorer/requests',
  title: 'Requests',
  menu: 'Requests',
  needs: 'requests',
  Component: Requests,
};

/** Milliseconds between two looks. */
const EVERY = 1000;
/** Requests that are drawn; the list of the server has up to 1,000. */
const SHOWN = 200;

function Requests() {
  const [paused, setPaused] = useState(false);
  const [open, setOpen] = useState<number>();
  const [wanted, setWanted] = useState('');
  const { value, error, reload } = useLoad(
    (signal) => getJson<{ requests: readonly Seen[] }>('/_emulator/requests', signal),
    [],
    paused ? {} : { every: EVERY },
  );
  const found = value?.requests.filter(({ method, target, status }) => `${method} ${target} ${status}`.includes(wanted)) ?? [];
  const shown = found.slice(-SHOWN).reverse();
  return (
    <main>
      <div class="head">
        <h1>Requests</h1>
        <div class="actions">
          <input
            type="search"
            aria-label="Find requests by method, path or status"
            placeholder="Find"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
          <button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
            Pause
          </button>
        </div>
      </div>
      {error && <Failure error={error} retry={reload} title="The requests cannot be listed" />}
      {value && value.requests.length === 0 && (
        <p class="notice">No client has sent a request yet. Requests of this page are not listed.</p>
      )}
      <div class="split">
        <div class="scrolled grow">
          {shown.length > 0 && (
            <table class="list">
              <thead>
                <tr>
                  <th scope="col">Request</th>
                  <th scope="col">Status</th>
                  <th scope="col" class="number">
                    Time
                  </th>
                  <th scope="col" class="number">
                    Bytes
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.map((seen) => (
                  <tr key={seen.number}>
                    <th scope="row">
                      <button
                        type="button"
                        class="link"
                        onClick={() => setOpen(seen.number)}
                        aria-expanded={open === seen.number}
                      >
                        {seen.method} {seen.target}
                      </button>
                    </th>
                    <td>
                      {seen.status ?? '…'} {seen.state === 'complete' ? '' : seen.state}
                    </td>
                    <td class="number">{seen.milliseconds === undefined ? '' : `${seen.milliseconds} ms`}</td>
                    <td class="number">{bytesText(seen.bytes)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {found.length > SHOWN && (
            <p class="faint">
              The latest {SHOWN} of {quantity(found.length, 'request')}.
            </p>
          )}
        </div>
        {open !== undefined && (
          <Panel title={`Request ${open}`} onClose={() => setOpen(undefined)}>
            <RequestDetails number={open} />
          </Panel>
        )}
      </div>
    </main>
  );
}
