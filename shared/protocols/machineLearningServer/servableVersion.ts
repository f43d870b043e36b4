import type { Catalog } from '../../models/catalog.js';
import type { ModelPlan } from '../../models/modelPlan.js';

/**
 * What is known of a version, or of what an alias stands for, with what was said of it since; its files are not fetched for
 * it. Throws as `Catalog.plan`.
 */
export async function servableVersion(catalog: Catalog, name: string, version: string): Promise<ModelPlan> {
  await catalog.current();
  const { state, plan } = await catalog.find(name, version);
  return state === 'READY' && plan ? plan : catalog.plan(name, version);
}
