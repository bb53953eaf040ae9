import { randomUUID } from 'node:crypto';
import type { AccessWorld } from './access-world.js';
import { creating, hidden, listing, type RouteEntry } from './route-entry.js';

const PATH = '/api/v2/outbound/webhooks';
const WEBHOOK = `${PATH}/:webhookId`;

const body = (world: AccessWorld): object => ({
  name: `Webhook ${randomUUID()}`,
  url: 'https://hooks.example.com/depesche',
  division: { id: world.north },
});

/** A webhook whose address leads nowhere. */
async function stored(world: AccessWorld): Promise<string> {
  const answer = await world.app.admin.post(PATH).send(body(world)).expect(200);
  const id = answer.body.id as string;
  await world.app.db.query(`UPDATE outgoing_webhooks SET url = 'https://127.0.0.1:1' WHERE id = $1`, [id]);
  return `${PATH}/${id}`;
}

async function delivery(world: AccessWorld): Promise<string> {
  const webhook = await stored(world);
  const { body: test } = await world.app.admin.post(`${webhook}/test`).expect(200);
  return `${webhook}/deliveries/${test.id}`;
}

export const outgoingWebhooks: Record<string, RouteEntry> = {
  [`GET ${PATH}`]: listing(['outbound:webhook:view'], async (world) => {
    await stored(world);
    return PATH;
  }),
  [`POST ${PATH}`]: creating(['outbound:webhook:add'], (world) => ({ path: PATH, body: body(world) })),
  [`GET ${WEBHOOK}`]: hidden(['outbound:webhook:view'], 200, stored),
  [`PUT ${WEBHOOK}`]: hidden(['outbound:webhook:edit'], 200, async (world) => ({
    path: await stored(world),
    body: { url: 'https://hooks.example.com/other', version: 1 },
  })),
  [`DELETE ${WEBHOOK}`]: hidden(['outbound:webhook:delete'], 204, stored),
  [`POST ${WEBHOOK}/secret`]: hidden(
    ['outbound:webhook:edit'],
    200,
    async (world) => `${await stored(world)}/secret`,
  ),
  [`POST ${WEBHOOK}/test`]: hidden(
    ['outbound:webhook:edit'],
    200,
    async (world) => `${await stored(world)}/test`,
  ),
  [`GET ${WEBHOOK}/deliveries`]: hidden(
    ['outbound:webhook:view'],
    200,
    async (world) => `${await stored(world)}/deliveries`,
  ),
  [`GET ${WEBHOOK}/deliveries/:deliveryId`]: hidden(['outbound:webhook:edit'], 200, delivery),
  [`POST ${WEBHOOK}/deliveries/:deliveryId/redeliver`]: hidden(
    ['outbound:webhook:edit'],
    202,
    async (world) => `${await delivery(world)}/redeliver`,
  ),
};
