import { creating, hidden, listing, type RouteEntry } from './route-entry.js';

const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';

const CONVERSATIONS = '/api/v2/analytics/conversations';

const ALWAYS = '2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z';

const VIEW_CONVERSATION = [
  'analytics:conversationDetail:view',
  'analytics:agentConversationDetail:view',
] as const;

export const campaigns: Record<string, RouteEntry> = {
  'GET /api/v2/outbound/campaigns/all': listing(['outbound:whatsAppCampaign:view'], async (world) => {
    await world.campaign();
    return '/api/v2/outbound/campaigns/all';
  }),
  'GET /api/v2/outbound/campaigns/all/divisionviews': listing(
    ['outbound:whatsAppCampaign:search'],
    async (world) => {
      await world.campaign();
      return '/api/v2/outbound/campaigns/all/divisionviews';
    },
  ),
  'GET /api/v2/outbound/messagingcampaigns': listing(['outbound:whatsAppCampaign:view'], async (world) => {
    await world.campaign();
    return CAMPAIGNS;
  }),
  'POST /api/v2/outbound/messagingcampaigns': {
    ...creating(['outbound:whatsAppCampaign:add'], async (world) => ({
      path: CAMPAIGNS,
      body: await world.campaignBody(),
    })),
    also: ['outbound:contactList:search'],
  },
  'GET /api/v2/outbound/messagingcampaigns/divisionviews': listing(
    ['outbound:whatsAppCampaign:search'],
    async (world) => {
      await world.campaign();
      return `${CAMPAIGNS}/divisionviews`;
    },
  ),
  'GET /api/v2/outbound/messagingcampaigns/divisionviews/:id': hidden(
    ['outbound:whatsAppCampaign:search'],
    200,
    async (world) => `${CAMPAIGNS}/divisionviews/${(await world.campaign()).id}`,
  ),
  'GET /api/v2/outbound/messagingcampaigns/:id': hidden(
    ['outbound:whatsAppCampaign:view'],
    200,
    async (world) => `${CAMPAIGNS}/${(await world.campaign()).id}`,
  ),
  'PUT /api/v2/outbound/messagingcampaigns/:id': {
    ...hidden(['outbound:whatsAppCampaign:edit'], 200, async (world) => {
      const campaign = await world.campaign();
      return { path: `${CAMPAIGNS}/${campaign.id}`, body: { ...campaign, messagesPerMinute: 90 } };
    }),
    also: ['outbound:contactList:search'],
  },
  'DELETE /api/v2/outbound/messagingcampaigns/:id': hidden(
    ['outbound:whatsAppCampaign:delete'],
    200,
    async (world) => `${CAMPAIGNS}/${(await world.campaign()).id}`,
  ),
  'POST /api/v2/outbound/messagingcampaigns/dryrun': {
    ...creating(['outbound:whatsAppCampaign:add'], async (world) => ({
      path: `${CAMPAIGNS}/dryrun`,
      body: await world.campaignBody(),
    })),
    also: ['outbound:contactList:search'],
  },
  'POST /api/v2/outbound/messagingcampaigns/:messagingCampaignId/dryrun': hidden(
    ['outbound:whatsAppCampaign:view'],
    200,
    async (world) => `${CAMPAIGNS}/${(await world.campaign()).id}/dryrun`,
  ),
  'POST /api/v2/outbound/messagingcampaigns/:id/start': hidden(
    ['outbound:whatsAppCampaign:start'],
    200,
    async (world) => `${CAMPAIGNS}/${(await world.campaign()).id}/start`,
  ),
  'POST /api/v2/outbound/messagingcampaigns/:id/stop': hidden(
    ['outbound:whatsAppCampaign:stop'],
    200,
    async (world) => `${CAMPAIGNS}/${(await world.campaign()).id}/stop`,
  ),
  'GET /api/v2/outbound/messagingcampaigns/:messagingCampaignId/progress': hidden(
    ['outbound:whatsAppCampaign:view'],
    200,
    async (world) => `${CAMPAIGNS}/${(await world.campaign()).id}/progress`,
  ),
  'GET /api/v2/outbound/messagingcampaigns/:messagingCampaignId/diagnostics': hidden(
    ['outbound:whatsAppCampaign:view'],
    200,
    async (world) => `${CAMPAIGNS}/${(await world.campaign()).id}/diagnostics`,
  ),
  'DELETE /api/v2/outbound/messagingcampaigns/:messagingCampaignId/progress': hidden(
    ['outbound:whatsAppCampaign:edit', 'outbound:whatsAppCampaign:recycle'],
    202,
    async (world) => `${CAMPAIGNS}/${(await world.campaign()).id}/progress`,
  ),
  'GET /api/v2/outbound/messagingcampaigns/:messagingCampaignId/retry': hidden(
    ['outbound:whatsAppCampaign:view'],
    200,
    async (world) => `${CAMPAIGNS}/${(await world.campaign()).id}/retry`,
  ),
  'POST /api/v2/outbound/messagingcampaigns/:messagingCampaignId/retry': hidden(
    ['outbound:whatsAppCampaign:edit', 'outbound:whatsAppCampaign:recycle'],
    202,
    async (world) => `${CAMPAIGNS}/${(await world.campaign()).id}/retry`,
  ),
  'POST /api/v2/outbound/messagingcampaigns/progress': listing(
    ['outbound:whatsAppCampaign:view'],
    async (world) => ({ path: `${CAMPAIGNS}/progress`, body: [(await world.campaign()).id] }),
  ),
};

const SCHEDULES = '/api/v2/outbound/schedules/whatsappcampaigns';
const VIEW_SCHEDULE = [
  'outbound:whatsAppCampaignSchedule:view',
  'outbound:whatsAppCampaign:viewSchedule',
] as const;
const TOMORROW = { start: '2050-01-01T09:00:00.000Z', end: '2050-01-01T17:00:00.000Z' };

export const schedules: Record<string, RouteEntry> = {
  'GET /api/v2/outbound/schedules/whatsappcampaigns': listing([...VIEW_SCHEDULE], async (world) => {
    await world.schedule(TOMORROW);
    return SCHEDULES;
  }),
  'GET /api/v2/outbound/schedules/whatsappcampaigns/:whatsAppCampaignId': hidden(
    [...VIEW_SCHEDULE],
    200,
    async (world) => `${SCHEDULES}/${await world.schedule(TOMORROW)}`,
  ),
  'PUT /api/v2/outbound/schedules/whatsappcampaigns/:whatsAppCampaignId': hidden(
    ['outbound:whatsAppCampaignSchedule:edit', 'outbound:whatsAppCampaign:editSchedule'],
    200,
    async (world) => ({
      path: `${SCHEDULES}/${(await world.campaign()).id}`,
      body: { intervals: [TOMORROW] },
    }),
  ),
  'DELETE /api/v2/outbound/schedules/whatsappcampaigns/:whatsAppCampaignId': hidden(
    ['outbound:whatsAppCampaignSchedule:delete', 'outbound:whatsAppCampaign:deleteSchedule'],
    200,
    async (world) => `${SCHEDULES}/${await world.schedule(TOMORROW)}`,
  ),
};

export const conversations: Record<string, RouteEntry> = {
  'POST /api/v2/analytics/conversations/details/query': listing([...VIEW_CONVERSATION], async (world) => {
    await world.message();
    return { path: `${CONVERSATIONS}/details/query`, body: { interval: ALWAYS } };
  }),
  'GET /api/v2/analytics/conversations/details': listing(
    [...VIEW_CONVERSATION],
    async (world) => `${CONVERSATIONS}/details?id=${await world.message()}`,
  ),
  // The campaign has no DNC list: whoever may add learns that.
  'POST /api/v2/outbound/conversations/:conversationId/dnc': hidden(
    ['outbound:dnc:add'],
    400,
    async (world) => `/api/v2/outbound/conversations/${await world.message()}/dnc`,
  ),
  'GET /api/v2/analytics/conversations/:conversationId/details': hidden(
    [...VIEW_CONVERSATION],
    200,
    async (world) => `${CONVERSATIONS}/${await world.message()}/details`,
  ),
};
