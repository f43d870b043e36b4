/** What an answer has beside the values of the outputs. */
export interface AnswerFiles {
  /** JSON text of an object: file name to base64, or null for one that was not made. */
  readonly outputFiles: string;
  readonly consoleOutput: string;
}

/** The six-field answer of a run (contracts/machine-learning-server.md 1.3); takes the JSON text of the outputs. */
export function succeededAnswer(outputParameters: string, files?: AnswerFiles): string {
  return `{"success":true,"errorMessage":"","outputParameters":${outputParameters},${files ? filesText(files) : unused}}`;
}

/** The answer to a run that failed: status 200 with `success: false`, since clients show `errorMessage` only then. */
export function failedAnswer(errorMessage: string): string {
  return `{"success":false,"errorMessage":${JSON.stringify(errorMessage)},"outputParameters":{},${unused}}`;
}

const filesText = ({ outputFiles, consoleOutput }: AnswerFiles) =>
  `"outputFiles":${outputFiles},"consoleOutput":${JSON.stringify(consoleOutput)},"changedFiles":[]`;

const unused = filesText({ outputFiles: '{}', consoleOutput: '' });
