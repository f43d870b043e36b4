const advice = {
  network: 'check the network and the registry and proxy settings of npm, then run the command again',
  disk: 'free some space, then run the command again',
  access: 'make the folder writable for this user, then run the command again',
  lock: 'run npm install to bring package-lock.json in line with package.json, then run the command again',
  other: 'the output of npm is above',
};

const adviceByCode = {
  ENOTFOUND: advice.network,
  EAI_AGAIN: advice.network,
  ECONNREFUSED: advice.network,
  ECONNRESET: advice.network,
  ETIMEDOUT: advice.network,
  ERR_SOCKET_TIMEOUT: advice.network,
  ENOTCACHED: advice.network,
  E401: advice.network,
  E403: advice.network,
  E404: advice.network,
  ENOSPC: advice.disk,
  EACCES: advice.access,
  EPERM: advice.access,
  EROFS: advice.access,
  EUSAGE: advice.lock,
};

/** One line for a failed `npm ci`: npm's own code and first sentence, and what to do about it. */
export function explainFailure(output, exitCode) {
  const lines = output.split('\n').flatMap((line) => /^npm (?:error|ERR!) (.*)$/.exec(line)?.[1] ?? []);
  const code = lines.map((line) => /^code (\S+)/.exec(line)?.[1]).find((found) => found !== undefined);
  const sentence = lines.find(
    (line) => !/^(code|errno|syscall|path|network|audit)\b/.test(line.trim()) && line.trim(),
  );
  const what = [code ?? `exit code ${exitCode}`, sentence].filter(Boolean).join(', ');
  return `npm ci failed (${what}): ${adviceByCode[code] ?? advice.other}`;
}
