export async function textOf(chunks) {
  const parts = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

/** Uses each package once, however it was loaded, and prints the results. */
export async function used({ exportItems, formats, createEmulator, parseQuery, parquet, csv, writeItems, textOf: text }) {
  const items = [{ a: 1, b: { c: ['x'] } }, { a: 2.5 }];
  const { bytes } = await exportItems(items, 'format=csv&bom=0');
  const query = parseQuery(new URLSearchParams('fields=a'));
  const written = await text(writeItems(items, csv, { query, options: { bom: false } }));
  const columns = await exportItems(items, { format: 'parquet' }, { formats: { ...formats, parquet } });
  const emulator = await createEmulator();
  const { status } = await emulator.fetch(new Request('http://localhost/v2/datasets/none/items'));
  await emulator.close();
  process.stdout.write(JSON.stringify([await text(bytes), written, (await text(columns.bytes)).slice(0, 4), status]));
}
