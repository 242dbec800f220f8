import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;

export interface HtmlTable {
  readonly title: string;
  readonly tables: number;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The table of a document, read by an independent HTML parser. @throws on any parse error */
export function readHtml(text: string): HtmlTable {
  const document = parse(text, {
    onParseError: ({ code, startLine }) => {
      throw new Error(`${code} in line ${startLine}`);
    },
  });
  const cells = (row: Node, tag: string): string[] => find(row, tag).map(textOf);
  const [head, ...others] = find(document, 'thead');
  if (others.length > 0) throw new Error('more than one thead');
  return {
    title: find(document, 'title').map(textOf).join(),
    tables: find(document, 'table').length,
    columns: head === undefined ? [] : cells(head, 'th'),
    rows: find(document, 'tbody').flatMap((body) => find(body, 'tr').map((row) => cells(row, 'td'))),
  };
}

function find(node: Node, tag: string): Node[] {
  const children = 'childNodes' in node ? node.childNodes : [];
  return children.flatMap((child) => [...(child.nodeName === tag ? [child] : []), ...find(child, tag)]);
}

function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}
