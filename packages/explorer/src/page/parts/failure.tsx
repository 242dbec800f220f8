import { useState } from 'preact/hooks';
import { ApiError } from '../api/request.js';
import { keepToken } from '../api/token.js';

interface FailureProps {
  readonly error: Error;
  readonly retry?: (() => void) | undefined;
  readonly title?: string;
}

/** What went wrong, and what to do. */
export function Failure({ error, retry, title }: FailureProps) {
  const isRefused = error instanceof ApiError && (error.status === 401 || error.status === 403);
  return (
    <div class="notice bad" role="alert">
      {title && <h2>{title}</h2>}
      <p>{wordsOf(error)}</p>
      {isRefused && <TokenForm />}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

function wordsOf(error: Error): string {
  // The server tells no paths of its machine. Its log has the file, the line and the reason.
  if (error instanceof ApiError && (error.status >= 500 || error.type === 'malformed-input'))
    return `${error.message}. The log of the server says where and why.`;
  if (error instanceof TypeError) return 'The server does not answer. Is it still running?';
  return error.message;
}

function TokenForm() {
  const [token, setToken] = useState('');
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        keepToken(token);
        location.reload();
      }}
    >
      <label>
        Token <input type="password" autocomplete="off" value={token} onInput={(event) => setToken(event.currentTarget.value)} />
      </label>
      <button type="submit">Use this token</button>
    </form>
  );
}
