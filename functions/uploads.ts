import { requirePermission, requireServices } from '../shared/auth/access.js';
import { rulesOf } from '../shared/batch/submit/rulesOf.js';
import { createUpload } from '../shared/batch/uploads/createUpload.js';
import type { CreatedUpload } from '../shared/batch/uploads/uploadLink.js';
import { parseModelUpload } from '../shared/batch/submit/parseModelUpload.js';
import { parseUploadRequest } from '../shared/batch/submit/parseUploadRequest.js';
import { readJsonBody } from '../shared/http/readJsonBody.js';
import { secretAnswer } from '../shared/http/secretAnswer.js';
import { createModelUpload } from '../shared/publish/modelUpload.js';
import { defineJobRoute, type JobHandler } from './host/defineJobRoute.js';

/** Announces a file: the job starts when it was put to the link; a file of a model is published by its id then. */
const announceUpload: JobHandler = async (call, { batch, caller, owner }) => {
  const body = await readJsonBody(call, batch.settings.maxBodyBytes);
  const model = parseModelUpload(body);
  if (model) {
    requirePermission(caller, 'model');
    return createdAnswer(await createModelUpload(batch, caller, model.fileName));
  }
  const request = parseUploadRequest(body, rulesOf(batch.settings));
  requireServices(caller, ...request.options.services);
  return createdAnswer(await createUpload(batch, owner, request));
};

const createdAnswer = (upload: CreatedUpload) => secretAnswer(upload, 201);

defineJobRoute({ methods: ['POST'], routes: { announceUpload: 'uploads' }, handler: announceUpload });
