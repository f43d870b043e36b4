import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Horsepower and weight by the name of a car. */
const cars = new Map();

/** Once per scoring thread: reads the table of cars. */
export async function init({ dir, log }) {
  const table = JSON.parse(await readFile(path.join(dir, 'assets', 'cars.json'), 'utf8'));
  for (const [name, facts] of Object.entries(table)) cars.set(name, facts);
  log(`knows ${cars.size} cars`);
}

/** From the column that callers send to those of the graph. */
export function before({ car }) {
  const found = car.map(carNamed);
  return { hp: found.map(({ hp }) => hp), wt: found.map(({ wt }) => wt) };
}

/** Adds the more probable transmission to the probability that the graph gives. */
export function after({ answer }) {
  return { answer, transmission: answer.map((probability) => (probability >= 0.5 ? 'manual' : 'automatic')) };
}

function carNamed(name) {
  const found = cars.get(name);
  if (!found) throw new Error(`there is no car '${name.slice(0, 100)}' in the table`);
  return found;
}
