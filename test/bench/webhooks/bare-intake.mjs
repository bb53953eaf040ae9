// What the intake is compared with: Fastify and nothing else, which checks the signature and stores whatever has
// gathered by one INSERT before it answers.
import { createHmac, timingSafeEqual } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';

const { DATABASE_URL, WHATSAPP_APP_SECRET, PORT } = process.env;
const db = new pg.Pool({ connectionString: DATABASE_URL, max: 1 });
let gathered = [];
let isStoring = false;

async function store() {
  isStoring = true;
  while (gathered.length > 0) {
    const batch = gathered;
    gathered = [];
    await db.query('INSERT INTO webhook_events (body) SELECT unnest($1::bytea[])', [
      batch.map(({ body }) => body),
    ]);
    for (const { stored } of batch) stored();
  }
  isStoring = false;
}

const server = Fastify();
server.removeAllContentTypeParsers();
server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
);
server.post('/webhooks/whatsapp', async ({ headers, body }, reply) => {
  const wanted = `sha256=${createHmac('sha256', WHATSAPP_APP_SECRET).update(body).digest('hex')}`;
  const given = headers['x-hub-signature-256'] ?? '';
  if (given.length !== wanted.length || !timingSafeEqual(Buffer.from(given), Buffer.from(wanted)))
    return reply.code(403).send();
  await new Promise((stored) => {
    gathered.push({ body, stored });
    if (!isStoring) void store();
  });
  return 'EVENT_RECEIVED';
});
await server.listen({ port: Number(PORT), host: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
process.send({ type: 'ready' });
