import http from 'node:http';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

// Yardstick (a): the least that a scoring server can be. node:http and ONNX Runtime on the main thread, no checks.

const model = path.resolve(__dirname, '..', '..', 'models', 'transmission', '1.0.0', 'model.onnx');

async function main(): Promise<void> {
  const session = await InferenceSession.create(model, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
  });
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer(session, Buffer.concat(chunks).toString(), response));
  });
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ type: 'ready', port: (server.address() as { port: number }).port });
  });
}

async function answer(session: InferenceSession, body: string, response: http.ServerResponse): Promise<void> {
  const { hp, wt } = JSON.parse(body) as { hp: number; wt: number };
  const outputs = await session.run({
    hp: new Tensor('float32', [hp], [1, 1]),
    wt: new Tensor('float32', [wt], [1, 1]),
  });
  const text = JSON.stringify({ answer: outputs.answer?.data[0] });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
}

process.on('disconnect', () => process.exit(0));
void main();
