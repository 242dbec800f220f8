import type { Item } from '@dataset-items/query-pipeline';

/** Items with markup, formulas, names of prototypes, 2,500 columns, deep nesting, a cell of 1 MB, and text from right to left. */
export function hostileItems(): Item[] {
  let deep: Item = { end: true };
  for (let level = 0; level < 400; level++) deep = { deeper: deep };
  return [
    {
      title: '<script>window.broken = 1</script><img src="https://other.test/x.png" onerror="window.broken = 2">',
      formula: '=cmd|calc',
      link: 'javascript:window.broken=3',
      picture: 'https://other.test/picture.png',
      text: '\u202eabc שלום مرحبا \u0007',
    },
    JSON.parse(
      '{"title":"names","__proto__":{"x":1},"constructor":"c","toString":"t","hasOwnProperty":5,"":1,"a,b":2,"a/b":{"c":3}}',
    ),
    Object.fromEntries(Array.from({ length: 2500 }, (_, at) => [`column ${at}`, at % 7 === 0 ? `value ${at}` : at])),
    { title: 'deep', deep },
    { title: 'long', long: 'x'.repeat(1_000_000) },
  ];
}
