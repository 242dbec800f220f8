import { parquet } from '@dataset-items/parquet';
import { parseQuery } from '@dataset-items/query-pipeline';
import { csv } from '@dataset-items/serializers/csv';
import { writeItems } from '@dataset-items/serializers/write-items';
import { exportItems, formats } from 'dataset-items';
import { createEmulator } from 'dataset-items/emulator';
import { textOf, used } from './used.mjs';

await used({ exportItems, formats, createEmulator, parseQuery, parquet, csv, writeItems, textOf });
