import path from 'node:path';
import { systemClock } from '../clock.js';
import { CheckedModels } from '../models/checkedModels.js';
import { inspectModel } from '../models/inspectModel.js';
import { scanModelFolders } from '../models/modelFolder.js';
import { readSettings } from '../settings.js';
import { checkModel } from './checkModel.js';
import { ortVersion } from './ortVersion.js';

// Build step: checks every model that ships with the app and writes the passes to dist/checked-models.json, so that no
// instance checks them again when it starts. A broken model is reported, not fatal: the app lists it as unavailable.

async function checkShippedModels(appDir: string): Promise<void> {
  const { modelsDir, checkTimeoutMs, checkMemoryMiB } = readSettings(process.env, appDir);
  const file = path.join(appDir, 'dist', 'checked-models.json');
  const checked = await CheckedModels.open(ortVersion(), file, file);
  for (const folder of await scanModelFolders(modelsDir, { allowsCode: true })) {
    try {
      const plan = await inspectModel(folder);
      if (checked.has(plan.sha256)) continue;
      const limits = { timeoutMs: checkTimeoutMs, memoryMiB: checkMemoryMiB };
      await checkModel(plan, limits, systemClock, new AbortController().signal);
      await checked.add(plan.sha256);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      console.error(`model ${folder.name} ${folder.version} is not usable: ${why}`);
    }
  }
}

void checkShippedModels(path.resolve(__dirname, '..', '..', '..'));
