import type { Sent } from '../../support/http.js';

interface BatchCall {
  readonly method: string;
  /** As the host lists it. */
  readonly route: string;
  readonly path: string;
  readonly sent?: Sent;
}

const csv: Sent = { headers: { 'content-type': 'text/csv' }, body: 'hp,wt\n1,2\n' };

/** A call of each route of jobs, uploads and schedules that would be served. */
export const batchCalls: readonly BatchCall[] = [
  { method: 'POST', route: '/jobs', path: '/jobs?service=cars', sent: csv },
  { method: 'GET', route: '/jobs', path: '/jobs' },
  { method: 'GET', route: '/jobs/{id}', path: '/jobs/a' },
  { method: 'DELETE', route: '/jobs/{id}', path: '/jobs/a' },
  { method: 'POST', route: '/jobs/{id}/cancel', path: '/jobs/a/cancel' },
  { method: 'POST', route: '/jobs/{id}/rerun', path: '/jobs/a/rerun' },
  { method: 'GET', route: '/jobs/{id}/results', path: '/jobs/a/results' },
  { method: 'GET', route: '/jobs/{id}/results/{row}', path: '/jobs/a/results/0' },
  { method: 'GET', route: '/jobs/{id}/errors', path: '/jobs/a/errors' },
  { method: 'GET', route: '/jobs/{id}/manifest', path: '/jobs/a/manifest' },
  { method: 'GET', route: '/jobs/{id}/log', path: '/jobs/a/log' },
  { method: 'GET', route: '/jobs/{id}/artifacts', path: '/jobs/a/artifacts' },
  {
    method: 'POST',
    route: '/uploads',
    path: '/uploads',
    sent: { body: { service: 'cars', fileName: 'a.csv' } },
  },
  { method: 'GET', route: '/services/{name}/schedules', path: '/services/cars/schedules' },
  {
    method: 'PUT',
    route: '/services/{name}/schedules/{id}',
    path: '/services/cars/schedules/a',
    sent: { body: { cron: '0 0 2 * * *', input: { prefix: 'in/' } } },
  },
  { method: 'GET', route: '/services/{name}/schedules/{id}', path: '/services/cars/schedules/a' },
  { method: 'DELETE', route: '/services/{name}/schedules/{id}', path: '/services/cars/schedules/a' },
];
