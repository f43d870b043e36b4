import { watch } from 'node:fs';
import { join } from 'node:path';

const folders = ['functions', 'shared', 'local'];
const files = ['host.json', 'local.settings.json', 'package.json', 'tsconfig.json'];
/** Editors write a file in several steps, and several files at once. */
const defaultPauseMs = 100;

/**
 * Calls `onChange` when something in the sources or settings of a project may have changed, once for changes that
 * follow each other closely. Folders may be missing and come later. Gives the function that ends the watch.
 */
export function watchSources(root, onChange, pauseMs = defaultPauseMs) {
  const watchers = new Map();
  let timer;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, pauseMs);
  };
  const watchFolder = (folder) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
    try {
      const watcher = watch(join(root, folder), { recursive: true }, changed);
      watcher.on('error', () => watcher.close()); // the folder is gone
      watchers.set(folder, watcher);
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    }
  };
  // files are watched through their folder: an editor may replace them by others of the same name
  const top = watch(root, (event, name) => {
    if (event === 'rename' && folders.includes(name)) watchFolder(name);
    if (name === null || files.includes(name) || folders.includes(name)) changed();
  });
  top.on('error', () => top.close());
  folders.forEach(watchFolder);

  return () => {
    clearTimeout(timer);
    for (const watcher of [top, ...watchers.values()]) watcher.close();
  };
}
