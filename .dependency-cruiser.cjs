/** Which package may import which: the data's walk, one way (docs/architecture.md). */
const below = {
  'query-pipeline': [],
  'temporary-file': ['query-pipeline'],
  serializers: ['query-pipeline', 'temporary-file'],
  sources: ['query-pipeline', 'temporary-file'],
  kernel: [],
  exporter: ['query-pipeline', 'temporary-file', 'serializers', 'sources', 'kernel'],
  parts: ['query-pipeline', 'temporary-file', 'serializers', 'sources', 'exporter'],
  s3: ['query-pipeline', 'sources', 'parts'],
  bullmq: ['query-pipeline', 'serializers', 'exporter', 'parts'],
  http: ['query-pipeline', 'temporary-file', 'serializers', 'sources', 'exporter'],
  explorer: ['query-pipeline', 'serializers', 'sources', 'exporter', 'http'],
  emulator: ['query-pipeline', 'temporary-file', 'serializers', 'sources', 'exporter', 'http', 'explorer'],
  parquet: ['query-pipeline', 'temporary-file', 'serializers', 'sources'],
  proxy: ['query-pipeline', 'temporary-file', 'serializers', 'sources', 'exporter', 'http', 'explorer'],
  cli: [
    'query-pipeline',
    'temporary-file',
    'serializers',
    'sources',
    'kernel',
    'exporter',
    'parts',
    's3',
    'bullmq',
    'http',
    'explorer',
    'emulator',
    'proxy',
  ],
};

const direction = Object.entries(below).map(([name, allowed]) => ({
  name: `${name}-imports-only-below`,
  severity: 'error',
  from: { path: `^packages/${name}/src`, pathNot: '\\.test\\.ts$' },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...direction,
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'query-pipeline-is-pure',
      severity: 'error',
      from: { path: '^packages/query-pipeline/src', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'steps-know-no-batches',
      severity: 'error',
      from: { path: '^packages/query-pipeline/src/steps', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/query-pipeline/src/(batches|compile)\\.ts$' },
    },
    {
      name: 'the-page-runs-in-a-browser',
      severity: 'error',
      from: { path: '^packages/explorer/src/(page|shared)', pathNot: '\\.test\\.ts$' },
      to: {
        pathNot: ['^packages/explorer/src/(page|shared)/', '^packages/query-pipeline/src/', '/node_modules/(preact|fflate)/'],
      },
    },
    {
      name: 'formats-know-no-queries',
      severity: 'error',
      from: { path: '^packages/serializers/src/formats' },
      to: { path: '^packages/query-pipeline/src/(query|compile|steps)' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
  },
};
