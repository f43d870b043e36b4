import { stampFiles } from './modelFolder.js';
import type { SessionPlan } from './modelPlan.js';
import { listScoringFiles } from './scoringFiles.js';

/** Size and time stamps of the files of a plan as they are now; equal to `plan.stamp` unless they were changed. */
export async function planStamp({
  dir,
  externalData,
  scoring,
}: Pick<SessionPlan, 'dir' | 'externalData' | 'scoring'>): Promise<string> {
  const files = [externalData, ['model.onnx'], ...(scoring ? [await listScoringFiles(dir)] : [])];
  return (await Promise.all(files.map((names) => stampFiles(dir, names)))).join('\n');
}
