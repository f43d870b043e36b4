import { fileURLToPath } from 'node:url';

/** The root folder of the repository, whatever folder the launcher is called from. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
