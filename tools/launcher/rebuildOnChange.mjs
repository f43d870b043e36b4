import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone } from './alone.mjs';
import { buildReason, sourceHash } from './built.mjs';
import { compile } from './compile.mjs';
import { installReason } from './installed.mjs';
import { complain, say, UserProblem } from './messages.mjs';
import { watchSources } from './sourceWatch.mjs';

const settingsFiles = ['host.json', 'local.settings.json'];
const interrupted = 128;

/**
 * Builds at each change of the sources and calls `restart` when what is served is no longer what is there. Sources
 * with errors change nothing: the compiler tells them, and what serves goes on. Gives the function that ends it.
 */
export function rebuildOnChange(root, restart) {
  let served = fingerprint(root);
  let seen = served;
  let running = false;
  let ended = false;

  const look = async () => {
    if (running) return; // it looks again at its end
    running = true;
    try {
      while (!ended && fingerprint(root) !== seen) {
        seen = fingerprint(root);
        if (!(await builds(root)) || ended || seen === served) continue;
        served = seen;
        say('starting again with the change');
        restart();
      }
    } catch (error) {
      // a file that goes while it is read brings the next change itself
      complain(`the change could not be read: ${error.message}`);
    } finally {
      running = false;
    }
  };
  const unwatch = watchSources(root, () => void look());
  say('watching for changes');
  return () => {
    ended = true;
    unwatch();
  };
}

async function builds(root) {
  const missing = installReason(root);
  if (missing !== undefined) {
    complain(`${missing}: stop, then start again to install; what was built before goes on serving`);
    return false;
  }
  try {
    await alone(root, async () => {
      const reason = buildReason(root);
      if (reason !== undefined) await compile(root, reason);
    });
    return true;
  } catch (error) {
    if (!(error instanceof UserProblem)) throw error;
    if (error.exitCode < interrupted) complain(`${error.message}; what was built before goes on serving`);
    return false;
  }
}

/** A hash over what decides how the host serves: sources and settings. */
function fingerprint(root) {
  const hash = createHash('sha256').update(sourceHash(root));
  for (const file of settingsFiles) {
    const path = join(root, file);
    hash.update(existsSync(path) ? readFileSync(path) : '').update('\0');
  }
  return hash.digest('hex');
}
