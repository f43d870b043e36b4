const names = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Keeps the launcher alive through signals until they are released: who started storage has to end it. */
export function holdSignals() {
  let count = 0;
  const note = () => (count += 1);
  for (const name of names) process.on(name, note);
  return {
    happened: () => count > 0,
    release() {
      for (const name of names) process.off(name, note);
    },
  };
}
