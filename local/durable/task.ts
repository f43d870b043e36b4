/** An action that has been started; a compound is settled when `remaining` of its children are. */
export interface Task {
  settled: boolean;
  remaining: number;
  readonly parent: Task | undefined;
}

/** Marks a task as done, and the compounds around it that waited for it alone. */
export function settle(task: Task): void {
  task.settled = true;
  const { parent } = task;
  if (parent === undefined) return;
  parent.remaining -= 1;
  if (parent.remaining === 0) settle(parent);
}
