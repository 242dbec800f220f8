/** A request that both servers answer with the same records. */
export interface HttpRequest {
  readonly name: string;
  readonly summary: string;
  readonly query: string;
}

/** Numbers of clients that ask at the same time, each again when it has its response. */
export const clients = [1, 8, 64] as const;

export const httpRequests: readonly HttpRequest[] = [
  { name: 'jsonl', summary: 'stored items as JSON Lines, unchanged', query: 'format=jsonl' },
  { name: 'jsonl-fields', summary: 'three of ten fields as JSON Lines', query: 'format=jsonl&fields=id,name,price' },
  { name: 'csv', summary: 'three of ten fields as CSV', query: 'format=csv&fields=id,name,price' },
];
