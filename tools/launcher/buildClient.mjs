import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runPackage } from './exec.mjs';
import { say, UserProblem } from './messages.mjs';
import { nodeBinary } from './nodeBinary.mjs';
import { ensureInstalled } from './prepare.mjs';
import { projectRoot } from './project.mjs';

/** Forms of the package by folder, with the type that Node takes their files for. */
const forms = { esm: 'module', cjs: 'commonjs' };

/** `npm run build:client`: compiles the client to client/dist, from where it can be packed or installed. */
export async function buildClient() {
  await ensureInstalled(projectRoot);
  await compileClient(projectRoot, join(projectRoot, 'client', 'dist'));
  say('client/dist/ is current');
  return 0;
}

/** Compiles the client to a folder, which is emptied first. */
export async function compileClient(root, outDir) {
  rmSync(outDir, { recursive: true, force: true });
  for (const [form, type] of Object.entries(forms)) {
    const folder = join(outDir, form);
    const config = join(root, 'client', `tsconfig.${form}.json`);
    const { code } = await runPackage(root, nodeBinary(root), 'typescript', 'tsc', [
      '-p',
      config,
      '--outDir',
      folder,
    ]);
    if (code !== 0)
      throw new UserProblem('the build failed: the errors of the TypeScript compiler are above');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ type })}\n`);
  }
}
