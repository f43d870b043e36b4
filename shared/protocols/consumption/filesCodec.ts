import { makeFiles, type MadeFiles } from '../../artifacts/makeFiles.js';
import { packFiles } from '../../artifacts/packedFiles.js';
import { occlude } from '../../artifacts/occlude.js';
import type { ArtifactSpec, Signature } from '../../models/signature.js';
import type { Codec, NamedTensors } from '../codec.js';
import { decodeColumns, type ColumnSource } from '../columns/decodeColumns.js';
import { succeededAnswer, type AnswerFiles } from './answer.js';
import { rowsPerRun, withFreeRows } from './freeRows.js';
import { parseFilesRequest } from './filesRequest.js';
import { outputParameters } from './outputParameters.js';
import { parseConsumption } from './request.js';

/** Machine Learning Server consumption with the artifacts in `outputFiles`; takes what `filesRequest` makes. */
export const consumptionFilesCodec = filesCodec((source, outputs, signature, { artifacts, made }) =>
  succeededAnswer(outputParameters(source, outputs, signature), answerFiles(artifacts, made)),
);

/**
 * The same request, answered with the bytes of the files alone, as `packFiles` puts them together. Takes any number of rows
 * where the model takes a fixed one, as batches do.
 */
export const artifactsCodec = filesCodec(
  (_source, _outputs, _signature, { made }) => packFiles(made.files),
  'any number of rows',
);

type EncodeFiles<Answer> = (
  source: ColumnSource,
  outputs: NamedTensors,
  signature: Signature,
  artifacts: { readonly artifacts: readonly ArtifactSpec[]; readonly made: MadeFiles },
) => Answer;

function filesCodec<Answer>(
  encode: EncodeFiles<Answer>,
  takes: 'rows of a call' | 'any number of rows' = 'rows of a call',
): Codec<Answer> {
  return {
    decode(body, { signature }) {
      const { artifacts, request } = parseFilesRequest(body, signature);
      const source = parseConsumption(request, signature);
      const { rowCount } = source;
      const runRows = takes === 'any number of rows' ? rowsPerRun(rowCount, signature) : undefined;
      const feeds = decodeColumns(source, runRows === undefined ? signature : withFreeRows(signature));
      const fetches = signature.outputs.map((output) => output.name);
      const call = { signature, rowCount, feeds };
      const explains = artifacts.some(({ writer }) => writer === 'explanation');
      let occlusion: ReturnType<typeof occlude> | undefined;
      return {
        feeds,
        fetches,
        rows: rowCount,
        ...(runRows === undefined ? {} : { runRows }),
        secondRun: (outputs) => {
          if (explains) occlusion = occlude({ ...call, outputs });
          return typeof occlusion === 'object' ? occlusion.run : undefined;
        },
        encode: (outputs, second) => {
          const explanation =
            occlusion === undefined ? undefined : { occlusion, ...(second && { outputs: second }) };
          const made = makeFiles(artifacts, { ...call, outputs }, explanation);
          return encode(source, outputs, signature, { artifacts, made });
        },
      };
    },
  };
}

function answerFiles(artifacts: readonly ArtifactSpec[], { files, notes }: MadeFiles): AnswerFiles {
  const members = artifacts.map(({ fileName }) => {
    const bytes = files.get(fileName);
    const value = bytes
      ? `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')}"`
      : 'null';
    return `${JSON.stringify(fileName)}:${value}`;
  });
  return {
    outputFiles: `{${members.join(',')}}`,
    consoleOutput: notes.map((note) => `${note}\n`).join(''),
  };
}
