import { isModelName, modelNameRule } from '../../models/modelFolder.js';
import type { ModelChoice } from '../job.js';
import { firstRepeat } from './firstRepeat.js';
import type { DescribedOptions } from './jobSchema.js';
import { optionError } from './optionError.js';

/**
 * The models of a job: one `service` with or without `version`, or several `services`, each once. Rows that name their
 * model in `modelColumn` choose among `services`. Whether the models exist is not looked at.
 *
 * Throws SCORE_ERR_JOB_OPTION that names the key.
 */
export function modelChoices({
  service,
  version,
  services,
  modelColumn,
}: Pick<DescribedOptions, 'service' | 'version' | 'services' | 'modelColumn'>): ModelChoice[] {
  if (modelColumn !== undefined && services === undefined) {
    throw optionError('/services', 'expected the models that rows may name in modelColumn, got none');
  }
  if (services !== undefined) {
    if (service !== undefined) throw optionError('/service', 'expected either service or services, got both');
    if (version !== undefined) {
      throw optionError('/version', 'belongs to service; in services each entry has its version');
    }
    const chosen = services.map((one, at) => {
      const place = `/services/${at}`;
      if (typeof one === 'string') return fromText(one, place);
      return checked(one, `${place}/name`, `${place}/version`);
    });
    const repeated = firstRepeat(chosen.map(({ name, version = '' }) => `${name}/${version}`));
    if (repeated >= 0) throw optionError(`/services/${repeated}`, 'the model is there twice');
    // rows give a name alone
    const ambiguous = modelColumn === undefined ? -1 : firstRepeat(chosen.map(({ name }) => name));
    if (ambiguous >= 0)
      throw optionError(`/services/${ambiguous}`, 'with modelColumn a model can have one version');
    return chosen;
  }
  if (service === undefined) throw optionError('/service', 'expected the name of a model, got none');
  const choice = version === undefined ? { name: service } : { name: service, version };
  return [checked(choice, '/service', '/version')];
}

function fromText(text: string, place: string): ModelChoice {
  const slash = text.indexOf('/');
  const choice = slash < 0 ? { name: text } : { name: text.slice(0, slash), version: text.slice(slash + 1) };
  return checked(choice, place, place);
}

function checked(choice: ModelChoice, namePlace: string, versionPlace: string): ModelChoice {
  const { name, version } = choice;
  if (!isModelName(name)) throw optionError(namePlace, `the model name ${modelNameRule}`);
  if (version === undefined) return { name };
  if (!isModelName(version)) throw optionError(versionPlace, `the version ${modelNameRule}`);
  return { name, version };
}
