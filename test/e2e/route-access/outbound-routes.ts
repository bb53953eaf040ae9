import { organizationWide, type RouteEntry } from './route-entry.js';

const EVENTS = '/api/v2/outbound/events';
const SETTINGS = '/api/v2/outbound/settings';

export const eventLog: Record<string, RouteEntry> = {
  [`GET ${EVENTS}`]: organizationWide(['outbound:eventLog:view'], 200, () => EVENTS),
  [`GET ${EVENTS}/:eventId`]: organizationWide(
    ['outbound:eventLog:view'],
    200,
    async (world) => `${EVENTS}/${await world.event()}`,
  ),
};

export const outboundSettings: Record<string, RouteEntry> = {
  [`GET ${SETTINGS}`]: organizationWide(['outbound:settings:view'], 200, () => SETTINGS),
  [`PATCH ${SETTINGS}`]: organizationWide(['outbound:settings:edit'], 204, async (world) => ({
    path: SETTINGS,
    body: { version: await world.settingsVersion(), timeZone: 'Europe/Berlin' },
  })),
};
