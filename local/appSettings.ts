import { HostFault } from './hostFault.js';

export type AppSettings = Readonly<Record<string, string | undefined>>;

/** Gives the value of an app setting; its name counts in any letter case. */
export type ReadSetting = (name: string) => string | undefined;

export function settingReader(settings: AppSettings): ReadSetting {
  const byName = new Map(Object.entries(settings).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => byName.get(name.toLowerCase());
}

/** Puts app settings in the place of `%NAME%` (functions-host.md 3.6); `place` stands in the HostFault for a missing one. */
export function withSettings(text: string, read: ReadSetting, place: string): string {
  return text.replaceAll(/%([^%]*)(%?)/g, (_, name: string, end: string) => {
    if (end === '') throw new HostFault(`${place}: "${text}" has a "%" without a second one`);
    const value = read(name);
    if (value === undefined)
      throw new HostFault(`${place}: the app setting "${name}" of "${text}" is missing`);
    return value;
  });
}
