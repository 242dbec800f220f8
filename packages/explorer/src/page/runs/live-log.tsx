import { useEffect, useRef, useState } from 'preact/hooks';
import { send } from '../api/request.js';

/** Characters of the log that are kept on the page: the last ones. */
const MOST = 500_000;
/** Milliseconds between two drawings of lines that come in. */
const EVERY = 200;

/** The log of a run, with each line as it is written. */
export function LiveLog({ runId }: { readonly runId: string }) {
  const [text, setText] = useState('');
  const [ended, setEnded] = useState(false);
  const element = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const leaving = new AbortController();
    let read = '';
    let drawing: ReturnType<typeof setTimeout> | undefined;
    const draw = (): void => {
      drawing = undefined;
      setText(read);
    };
    const follow = async (): Promise<void> => {
      try {
        const { body } = await send(`/v2/logs/${encodeURIComponent(runId)}?stream=1`, { signal: leaving.signal });
        const decoder = new TextDecoder();
        const reader = body?.getReader();
        for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
          read = (read + decoder.decode(next.value, { stream: true })).slice(-MOST);
          drawing ??= setTimeout(draw, EVERY);
        }
      } catch (error) {
        if (leaving.signal.aborted) return;
        read += `\n${error instanceof Error ? error.message : String(error)}`;
      }
      draw();
      setEnded(true);
    };
    void follow();
    return () => {
      leaving.abort();
      clearTimeout(drawing);
    };
  }, [runId]);
  useEffect(() => {
    const shown = element.current;
    // Who reads an earlier line is left there.
    if (shown && shown.scrollHeight - shown.scrollTop - shown.clientHeight < 200) shown.scrollTop = shown.scrollHeight;
  }, [text]);
  return (
    <section aria-label="Log">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keys */}
      <pre tabIndex={0} class="log" ref={element}>
        {text || (ended ? 'The log is empty.' : 'Waiting for the first line…')}
      </pre>
    </section>
  );
}
