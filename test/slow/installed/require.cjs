const { exportItems, formats } = require('dataset-items');
const { createEmulator } = require('dataset-items/emulator');
const { parseQuery } = require('@dataset-items/query-pipeline');
const { parquet } = require('@dataset-items/parquet');
const { csv } = require('@dataset-items/serializers/csv');
const { writeItems } = require('@dataset-items/serializers/write-items');
const { textOf, used } = require('./used.mjs');

used({ exportItems, formats, createEmulator, parseQuery, parquet, csv, writeItems, textOf });
