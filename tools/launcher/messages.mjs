/** A fault that the user can put right: shown as one line without a stack, then the launcher ends. */
export class UserProblem extends Error {
  /**
   * @param {string} message one line that names the thing, the rule and what came instead
   * @param {number} exitCode 2 for wrong arguments, 1 for everything else
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Prints one line of the launcher; what a command itself prints goes through untouched. */
export function say(text) {
  console.log(`warmstart: ${text}`);
}

/** Prints the one line that says why the launcher gives up. */
export function complain(text) {
  console.error(`warmstart: ${text}`);
}
