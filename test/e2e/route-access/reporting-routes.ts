import type { AccessWorld } from './access-world.js';
import { hidden, listing, organizationWide, type RouteEntry } from './route-entry.js';

const CONVERSATIONS = '/api/v2/analytics/conversations';
const INTERVAL = '2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z';
const DETAIL = ['analytics:conversationDetail:view', 'analytics:agentConversationDetail:view'] as const;
const AGGREGATE = ['analytics:conversationAggregate:view'] as const;
const SUMS = { interval: INTERVAL, metrics: ['nOutbound'] };

const detailsJob = (world: AccessWorld) => world.job('details', { interval: INTERVAL });
const aggregatesJob = (world: AccessWorld) => world.job('aggregates', SUMS);

const EXPORTS = '/api/v2/analytics/reporting/exports';
const EXPORT = {
  name: 'Interactions',
  timeZone: 'UTC',
  exportFormat: 'CSV',
  interval: INTERVAL,
  period: 'P1D',
  viewType: 'INTERACTION_SEARCH_VIEW',
  filter: {},
  locale: 'en-US',
};

const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';

export const reporting: Record<string, RouteEntry> = {
  [`GET ${CAMPAIGNS}/:messagingCampaignId/deliveryreport`]: hidden(
    ['outbound:whatsAppCampaign:view'],
    200,
    async (world) => `${CAMPAIGNS}/${(await world.campaign()).id}/deliveryreport`,
  ),
  [`GET ${CAMPAIGNS}/:messagingCampaignId/deliveryreport/csv`]: hidden(
    ['outbound:whatsAppCampaign:view'],
    200,
    async (world) => `${CAMPAIGNS}/${(await world.campaign()).id}/deliveryreport/csv`,
  ),
  // Whoever may see nothing there gets a file without rows.
  [`POST ${EXPORTS}`]: {
    ...organizationWide(['analytics:dataExport:add', 'analytics:conversationDetail:view'], 200, () => ({
      path: EXPORTS,
      body: EXPORT,
    })),
    needsAll: true,
  },
  [`GET ${EXPORTS}`]: organizationWide(['analytics:dataExport:view'], 200, () => EXPORTS),
  [`GET ${EXPORTS}/metadata`]: organizationWide(
    ['analytics:dataExport:view'],
    200,
    () => `${EXPORTS}/metadata`,
  ),
  [`POST ${CONVERSATIONS}/aggregates/query`]: listing([...AGGREGATE], async (world) => {
    await world.message();
    return { path: `${CONVERSATIONS}/aggregates/query`, body: SUMS };
  }),
  [`POST ${CONVERSATIONS}/aggregates/jobs`]: organizationWide([...AGGREGATE], 202, () => ({
    path: `${CONVERSATIONS}/aggregates/jobs`,
    body: SUMS,
  })),
  [`GET ${CONVERSATIONS}/aggregates/jobs/:jobId`]: organizationWide(
    [...AGGREGATE],
    200,
    async (world) => `${CONVERSATIONS}/aggregates/jobs/${await aggregatesJob(world)}`,
  ),
  [`GET ${CONVERSATIONS}/aggregates/jobs/:jobId/results`]: listing([...AGGREGATE], async (world) => {
    await world.message();
    return `${CONVERSATIONS}/aggregates/jobs/${await aggregatesJob(world)}/results`;
  }),
  [`POST ${CONVERSATIONS}/details/jobs`]: organizationWide([...DETAIL], 202, () => ({
    path: `${CONVERSATIONS}/details/jobs`,
    body: { interval: INTERVAL },
  })),
  [`GET ${CONVERSATIONS}/details/jobs/availability`]: organizationWide(
    [...DETAIL],
    200,
    () => `${CONVERSATIONS}/details/jobs/availability`,
  ),
  [`GET ${CONVERSATIONS}/details/jobs/:jobId`]: organizationWide(
    [...DETAIL],
    200,
    async (world) => `${CONVERSATIONS}/details/jobs/${await detailsJob(world)}`,
  ),
  [`DELETE ${CONVERSATIONS}/details/jobs/:jobId`]: organizationWide(
    [...DETAIL],
    204,
    async (world) => `${CONVERSATIONS}/details/jobs/${await detailsJob(world)}`,
  ),
  [`GET ${CONVERSATIONS}/details/jobs/:jobId/results`]: listing([...DETAIL], async (world) => {
    await world.message();
    return `${CONVERSATIONS}/details/jobs/${await detailsJob(world)}/results`;
  }),
};
