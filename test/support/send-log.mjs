// Loaded into workers by a load test: notes when each call was begun and when its first byte was written, as lines of
// "recipient,begun,written" in microseconds on the clock that all processes of a machine share.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

const begun = new WeakMap();
const lines = [];
const nowUs = () => process.hrtime.bigint() / 1000n;

subscribe('undici:request:create', ({ request }) => {
  if (request.path.endsWith('/messages')) begun.set(request, nowUs());
});
subscribe('undici:client:sendHeaders', ({ request }) => {
  const begunUs = begun.get(request);
  if (begunUs === undefined) return;
  const recipient = /"to":"\+?(\d+)"/u.exec(request.body)?.[1];
  lines.push(`${recipient},${begunUs},${nowUs()}\n`);
});

const write = () => lines.length > 0 && appendFileSync(process.env.SEND_LOG, lines.splice(0).join(''));
setInterval(write, 1_000).unref();
process.on('exit', write);
