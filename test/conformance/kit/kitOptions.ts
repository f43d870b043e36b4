import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../support/project.js';

/** Sets of start-up settings, in the order in which they are played; `stream` only shows that the start is refused. */
export const PROFILES = ['main', 'throttle', 'timeout', 'badroutes', 'restart', 'stream'] as const;
export type Profile = (typeof PROFILES)[number];

export interface KitOptions {
  /** Folder of the conformance kit. */
  readonly kitDir: string;
  /** Cases to play, as `run.js --only` takes them (`http`, `durable/chain`, `durable/retry-*`); all unless given. */
  readonly only: string | undefined;
  readonly profiles: readonly Profile[];
  /** Names the cases that differ without their differences. */
  readonly brief: boolean;
  /** Writes the table into the document instead of comparing with it. */
  readonly write: boolean;
}

/** Reads the arguments of `npm run conformance`; throws for what it does not know. */
export function parseKitOptions(args: readonly string[]): KitOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kit: { type: 'string', default: '../shared/conformance' },
      only: { type: 'string' },
      profile: { type: 'string' },
      brief: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const { only, profile, brief, write } = values;
  return {
    kitDir: path.resolve(projectRoot, values.kit),
    only,
    profiles: profile === undefined ? PROFILES : [toProfile(profile)],
    brief,
    write,
  };
}

function toProfile(text: string): Profile {
  const found = PROFILES.find((one) => one === text);
  if (found === undefined) throw new Error(`--profile ${text} is none of ${PROFILES.join(', ')}`);
  return found;
}
