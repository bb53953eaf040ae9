import type { AccessWorld } from './access-world.js';
import { anyToken, type RouteEntry } from './route-entry.js';

const PATH = '/api/v2/notifications';
const SUBSCRIPTIONS = `${PATH}/channels/:channelId/subscriptions`;

let mine: Promise<{ id: string; token: string }> | undefined;
const myChannel = (world: AccessWorld) => (mine ??= world.channel());

/** A route about a channel, which only its user and app reach. */
const own = (ok: number, path: string, body?: object): RouteEntry => ({
  ...anyToken(ok, async (world) => ({ path: path.replace(':channelId', (await myChannel(world)).id), body })),
  token: async (world) => (await myChannel(world)).token,
});

export const notifications: Record<string, RouteEntry> = {
  [`GET ${PATH}/availabletopics`]: anyToken(200, () => `${PATH}/availabletopics`),
  [`POST ${PATH}/channels`]: anyToken(200, () => `${PATH}/channels`),
  [`GET ${PATH}/channels`]: anyToken(200, () => `${PATH}/channels`),
  [`HEAD ${PATH}/channels/:channelId`]: own(200, `${PATH}/channels/:channelId`),
  [`GET ${SUBSCRIPTIONS}`]: own(200, SUBSCRIPTIONS),
  [`POST ${SUBSCRIPTIONS}`]: own(200, SUBSCRIPTIONS, []),
  [`PUT ${SUBSCRIPTIONS}`]: own(200, SUBSCRIPTIONS, []),
  [`DELETE ${SUBSCRIPTIONS}`]: own(204, SUBSCRIPTIONS),
};
