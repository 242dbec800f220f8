import { send } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { bytesText } from '../app/words.js';
import { CopyText } from '../parts/copy-text.js';
import { Failure } from '../parts/failure.js';

/** Bytes of the largest record that is shown on the page. */
const MOST = 200_000;

/** A record: text as text, a picture as a picture, anything else as a link. */
export function RecordText({ path, size }: { readonly path: string; readonly size: number | undefined }) {
  const isSmall = size === undefined || size <= MOST;
  const { value, error } = useLoad(
    async (signal) => {
      if (!isSmall) return { type: '', text: undefined, picture: undefined };
      const response = await send(path, { signal });
      const type = response.headers.get('content-type') ?? '';
      const isText = /^text\/|json|xml|javascript/.test(type);
      const picture = /^image\/(?:png|jpeg|gif|webp|avif)$/.test(type) ? await dataUrlOf(await response.blob()) : undefined;
      return { type, picture, text: isText ? shownText(type, await response.text()) : undefined };
    },
    [path, isSmall],
  );
  if (error) return <Failure error={error} />;
  if (!value) return <p role="status">Loading…</p>;
  return (
    <div class="fields">
      <p class="facts">
        {value.type && <code>{value.type}</code>}
        {size !== undefined && <span>{bytesText(size)}</span>}
        <a href={path} target="_blank" rel="noreferrer">
          Open the record
        </a>
      </p>
      {value.picture && <img class="picture-record" src={value.picture} alt="The record" />}
      {value.text !== undefined && <CopyText label="The record" text={value.text} />}
      {!isSmall && <p class="faint">It is too large to be shown here.</p>}
    </div>
  );
}

function shownText(type: string, text: string): string {
  if (!/json/.test(type)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function dataUrlOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
