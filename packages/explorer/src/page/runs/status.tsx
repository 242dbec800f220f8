/** The status of a run or of a dispatch: a word, and not by its colour alone. */
export function Status({ status }: { readonly status: string }) {
  const kind = status === 'SUCCEEDED' ? 'good' : ['FAILED', 'TIMED-OUT', 'ABORTED'].includes(status) ? 'bad' : 'live';
  return <span class={`status ${kind}`}>{status.toLowerCase().replace('-', ' ')}</span>;
}
