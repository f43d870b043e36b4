/** The layers of the tree: arrows point one way, and each outside package has one owner folder. */
const owner = (name, packagePattern, folder, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(functions|shared|local)/', pathNot: folder },
  to: { path: packagePattern },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'shared-knows-no-host',
      comment: 'shared/ is the product: it runs without Azure Functions and without the local host',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(functions|local|test|bench)/' },
    },
    {
      name: 'functions-use-shared-only',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^(local|test|bench)/' },
    },
    {
      name: 'local-host-runs-any-app',
      comment:
        'the local host loads compiled functions; only its entry point may configure the product. Both have one clock and read schedules alike',
      severity: 'error',
      from: { path: '^local/', pathNot: '^local/main\\.ts$' },
      to: { path: '^(functions|shared|test|bench)/', pathNot: '^shared/(clock|ncrontab)\\.ts$' },
    },
    owner(
      'one-owner-of-onnxruntime',
      'node_modules/onnxruntime',
      '^shared/runtime/',
      'only shared/runtime runs models',
    ),
    owner(
      'one-owner-of-functions-sdk',
      'node_modules/(@azure/functions|durable-functions)/',
      '^functions/(host/|app\\.ts)',
      'only functions/host sees the Functions SDK',
    ),
    owner(
      'one-owner-of-storage-sdk',
      'node_modules/@azure/storage-(blob|queue)/',
      '^(shared/storage|local/blobs)/',
      'the product sees storage through shared/storage, the blob trigger of the local host through local/blobs',
    ),
    {
      name: 'no-development-packages-at-run-time',
      severity: 'error',
      from: { path: '^(functions|shared|local)/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    exclude: { path: '^dist/' },
  },
};
