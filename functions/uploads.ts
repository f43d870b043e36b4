import { rulesOf } from '../shared/batch/submit/rulesOf.js';
import { createUpload } from '../shared/batch/uploads/createUpload.js';
import { parseUploadRequest } from '../shared/batch/submit/parseUploadRequest.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { readJsonBody } from '../shared/http/readJsonBody.js';
import { defineJobRoute, type JobHandler } from './host/defineJobRoute.js';

/** Announces a file: the job starts when it was put to the link. */
const announceUpload: JobHandler = async (call, { batch, owner }) => {
  const body = await readJsonBody(call, batch.settings.maxBodyBytes);
  const request = parseUploadRequest(body, rulesOf(batch.settings));
  const answer = jsonAnswer(await createUpload(batch, owner, request), 201);
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
};

defineJobRoute({ methods: ['POST'], routes: { announceUpload: 'uploads' }, handler: announceUpload });
