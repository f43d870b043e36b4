import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { jsonOf, send } from '../../support/http.js';
import { shippedModelsDir } from '../../support/project.js';
import { startApp } from '../../support/startApp.js';
import { fileCleanUp, temporaryDir } from '../../support/temporaryDir.js';

interface Program {
  /** What the program of a test gives. */
  readonly run: (url: string) => Promise<unknown>;
}

const file = fileCleanUp();
let url = '';

before(async () => {
  ({ url } = await startApp(file, shippedModelsDir));
});

/** Generates a client from the document of a service, and compiles it with a program that uses it. */
async function compiled(place: string, program: string): Promise<Program> {
  const { createClient } = await import('@hey-api/openapi-ts');
  const document = jsonOf(await send(`${url}/api/${place}/swagger.json`));
  const dir = temporaryDir(file);
  const output = { path: path.join(dir, 'src', 'client'), importFileExtension: '.js' };
  await createClient({ input: document, output, logs: { level: 'silent' } });
  mkdirSync(path.join(dir, 'src'), { recursive: true });
  writeFileSync(path.join(dir, 'package.json'), '{ "type": "module" }');
  const main = path.join(dir, 'src', 'main.ts');
  writeFileSync(main, program);
  const compiler = ts.createProgram([main], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    strict: true,
    outDir: path.join(dir, 'dist'),
    rootDir: path.join(dir, 'src'),
  });
  const { diagnostics } = compiler.emit();
  const faults = [...ts.getPreEmitDiagnostics(compiler), ...diagnostics];
  assert.deepEqual(
    faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    [],
  );
  return (await import(pathToFileURL(path.join(dir, 'dist', 'main.js')).href)) as Program;
}

const scored = async (place: string, body: unknown) =>
  (jsonOf(await send(`${url}/api/${place}`, { body })) as { outputParameters: unknown }).outputParameters;

test('a client that is generated for single values compiles and scores', async () => {
  const { run } = await compiled(
    'transmission/1.0.0',
    `import { createClient } from './client/client/index.js';
    import { login, manualTransmission } from './client/index.js';

    export async function run(baseUrl: string) {
      const { data: tokens } = await login({ client: createClient({ baseUrl }), body: { username: 'a', password: 'b' } });
      const token: string = tokens?.access_token ?? '';
      const client = createClient({ baseUrl, auth: 'Bearer ' + token });
      const { data } = await manualTransmission({ client, body: { hp: 120, wt: 2.8 } });
      const success: boolean | undefined = data?.success;
      const answer: number | undefined = data?.outputParameters?.answer;
      // @ts-expect-error: the document says that it is a number
      const refused = await manualTransmission({ client, body: { hp: 'many', wt: 2.8 } });
      return { success, answer, refused: [refused.response?.status, refused.error?.code, refused.error?.fields] };
    }`,
  );
  const { answer } = (await scored('transmission/1.0.0', { hp: 120, wt: 2.8 })) as { answer: number };
  assert.ok(answer > 0 && answer < 1);
  assert.deepEqual(await run(url), { success: true, answer, refused: [400, 400, '/hp'] });
});

test('a client that is generated for a frame compiles and scores, missing values among them', async () => {
  const { run } = await compiled(
    'penguins/2.0.0',
    `import { createClient } from './client/client/index.js';
    import { classifyPenguin, type InputParameters } from './client/index.js';

    export async function run(baseUrl: string) {
      const body: InputParameters = {
        inputData: {
          island: ['Biscoe', null],
          sex: ['female', 'male'],
          bill_length_mm: [39.1, null],
          bill_depth_mm: [18.7, 15],
          flipper_length_mm: [181, 220],
          body_mass_g: [3750, 5000],
          year: [2008, 2009],
        },
      };
      const { data, error } = await classifyPenguin({ client: createClient({ baseUrl }), body });
      const species: string[] | undefined = data?.outputParameters?.outputData?.species;
      const adelie: number[] | undefined = data?.outputParameters?.outputData?.['probability.Adelie'];
      return { species, adelie, error, body };
    }`,
  );
  const { species, adelie, error, body } = (await run(url)) as Record<string, unknown>;
  assert.equal(error, undefined);
  const { outputData } = (await scored('penguins/2.0.0', body)) as { outputData: Record<string, unknown> };
  assert.deepEqual(
    { species, adelie },
    { species: outputData.species, adelie: outputData['probability.Adelie'] },
  );
  assert.equal((species as string[]).length, 2);
});
