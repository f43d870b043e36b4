import { basename, dirname } from 'node:path';
import { HOST_VERSION } from '../core/coreModule.js';
import type { RegisteredFunction } from '../core/functionApp.js';
import type { HostSettings } from '../hostSettings.js';
import type { HostKeys } from '../keys.js';
import { fullTemplate } from '../routes/routeTable.js';
import { triggerOf } from '../triggers.js';

export interface AdminContext {
  /** Every registered function, those without a route too, in the order of names. */
  readonly functions: readonly RegisteredFunction[];
  readonly keys: HostKeys;
  readonly settings: HostSettings;
}

/** What GET answers below `/admin/host` or `/admin/functions` as recorded; undefined for an unknown function. */
export function adminResource(
  { functions, keys, settings }: AdminContext,
  origin: string,
  ofHost: string | undefined,
  functionName: string | undefined,
): unknown {
  if (ofHost === 'status')
    return {
      ...{ id: settings.hostId, state: 'Running', version: HOST_VERSION },
      ...{
        versionDetails: HOST_VERSION.replace(/\.0$/, ''),
        platformVersion: '',
        instanceId: '',
        computerName: '',
      },
      processUptime: Math.round(process.uptime() * 1000),
      functionAppContentEditingState: 'Unknown',
    };
  if (ofHost === 'keys') return { keys: [{ name: 'default', value: keys.host }] };
  if (ofHost === 'systemkeys')
    return { keys: Object.entries(keys.system).map(([name, value]) => ({ name, value })) };
  const all = functions.map((one) => describe(one, origin, settings));
  if (functionName === undefined) return all;
  return all.find(({ name }) => name.toLowerCase() === functionName.toLowerCase());
}

function describe(registered: RegisteredFunction, origin: string, settings: AdminContext['settings']) {
  const { name, metadata, entryFile } = registered;
  const { route, type } = triggerOf(registered)?.options ?? {};
  const path = fullTemplate(settings.routePrefix, { name, methods: [], route: route as string | undefined });
  return {
    name,
    // the files of the app are not served
    ...{ script_root_path_href: null, script_href: null, config_href: null, test_data_href: null },
    href: `${origin}/admin/functions/${name}`,
    invoke_url_template: type === 'httpTrigger' ? `${origin}/${path}` : null,
    language: 'node',
    config: {
      name,
      entryPoint: '',
      scriptFile: basename(entryFile),
      language: 'node',
      functionDirectory: dirname(entryFile),
      bindings: Object.entries(metadata.bindings).map(([key, binding]) => ({ ...binding, name: key })),
    },
    ...{ files: null, test_data: '', isDisabled: settings.isDisabled(name), isDirect: false, isProxy: false },
  };
}
