/** The six-field answer of a run (contracts/machine-learning-server.md 1.3); takes the JSON text of the outputs. */
export function succeededAnswer(outputParameters: string): string {
  return `{"success":true,"errorMessage":"","outputParameters":${outputParameters},${unused}}`;
}

/** The answer to a run that failed: status 200 with `success: false`, since clients show `errorMessage` only then. */
export function failedAnswer(errorMessage: string): string {
  return `{"success":false,"errorMessage":${JSON.stringify(errorMessage)},"outputParameters":{},${unused}}`;
}

const unused = '"outputFiles":{},"consoleOutput":"","changedFiles":[]';
