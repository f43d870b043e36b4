// The command behind `run.js --restart`: asks the runner at the given address to kill the host and to start it again
// after a pause in milliseconds, and waits for that.
const [address = '', downMs = '0'] = process.argv.slice(2);
fetch(`${address}/?downMs=${downMs}`, { method: 'POST' }).then(
  ({ status }) => {
    process.exitCode = status === 200 ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
