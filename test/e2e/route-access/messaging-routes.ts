import { randomUUID } from 'node:crypto';
import { creating, hidden, listing, organizationWide, type RouteEntry } from './route-entry.js';

const LIBRARIES = '/api/v2/responsemanagement/libraries';

const RESPONSES = '/api/v2/responsemanagement/responses';

const INTEGRATIONS = '/api/v2/conversations/messaging/integrations/whatsapp';

const named = (name: string): string => `${name} ${randomUUID()}`;

const VIEW_INTEGRATION = ['messaging:integration:view', 'messaging:whatsappIntegration:view'] as const;

const EDIT_INTEGRATION = ['messaging:integration:edit', 'messaging:whatsappIntegration:edit'] as const;

const DELETE_INTEGRATION = ['messaging:integration:delete', 'messaging:whatsappIntegration:delete'] as const;

export const integrations: Record<string, RouteEntry> = {
  'GET /api/v2/conversations/messaging/integrations/whatsapp': organizationWide(
    [...VIEW_INTEGRATION],
    200,
    () => INTEGRATIONS,
  ),
  'GET /api/v2/conversations/messaging/integrations/whatsapp/:id': organizationWide(
    [...VIEW_INTEGRATION],
    200,
    async (world) => `${INTEGRATIONS}/${await world.integration()}`,
  ),
  'GET /api/v2/conversations/messaging/integrations': organizationWide(
    ['messaging:integration:view'],
    200,
    () => '/api/v2/conversations/messaging/integrations',
  ),
  'POST /api/v2/conversations/messaging/integrations/whatsapp': organizationWide(
    ['messaging:whatsappIntegration:add'],
    200,
    () => ({
      path: INTEGRATIONS,
      body: { name: named('Shop'), phoneNumber: '+4915792300001', wabaCertificate: 'token' },
    }),
  ),
  // The token is wrong: whoever may replace it learns that.
  'PUT /api/v2/conversations/messaging/integrations/whatsapp/:id/accesstoken': organizationWide(
    [...EDIT_INTEGRATION],
    400,
    async (world) => ({
      path: `${INTEGRATIONS}/${await world.integration()}/accesstoken`,
      body: { accessToken: 'wrong' },
    }),
  ),
  'POST /api/v2/conversations/messaging/integrations/whatsapp/embeddedsignup': organizationWide(
    ['messaging:whatsappIntegration:add'],
    200,
    () => ({
      path: `${INTEGRATIONS}/embeddedsignup`,
      body: { name: named('Shop'), embeddedSignupAccessToken: 'token' },
    }),
  ),
  'PATCH /api/v2/conversations/messaging/integrations/whatsapp/embeddedsignup/:id': organizationWide(
    [...EDIT_INTEGRATION],
    200,
    async (world) => ({
      path: `${INTEGRATIONS}/embeddedsignup/${await world.signedUpIntegration()}`,
      body: { pin: '123456' },
    }),
  ),
  'PATCH /api/v2/conversations/messaging/integrations/whatsapp/:id': organizationWide(
    [...EDIT_INTEGRATION],
    200,
    async (world) => ({
      path: `${INTEGRATIONS}/${await world.integration()}`,
      body: { name: named('Shop') },
    }),
  ),
  'GET /api/v2/conversations/messaging/integrations/whatsapp/:id/templates/sync': organizationWide(
    [...VIEW_INTEGRATION],
    200,
    async (world) => `${INTEGRATIONS}/${await world.integration()}/templates/sync`,
  ),
  'POST /api/v2/conversations/messaging/integrations/whatsapp/:id/templates/sync': organizationWide(
    [...EDIT_INTEGRATION],
    202,
    async (world) => `${INTEGRATIONS}/${await world.integration()}/templates/sync`,
  ),
  'DELETE /api/v2/conversations/messaging/integrations/whatsapp/:id': organizationWide(
    [...DELETE_INTEGRATION],
    200,
    async (world) => `${INTEGRATIONS}/${await world.integration()}`,
  ),
};

const MESSAGING = '/api/v2/conversations/messaging';

/** The routes of one kind of profile. */
function profileRoutes(
  kind: 'supportedcontent' | 'settings',
  permission: 'messaging:supportedContent' | 'messaging:setting',
  toDefault: (id: string) => object,
): Record<string, RouteEntry> {
  const path = `${MESSAGING}/${kind}`;
  return {
    [`GET ${path}`]: organizationWide([`${permission}:view`], 200, () => path),
    [`POST ${path}`]: organizationWide([`${permission}:add`], 200, () => ({
      path,
      body: { name: named('Any') },
    })),
    [`GET ${path}/default`]: organizationWide([`${permission}:view`], 200, async (world) => {
      await world.profile(kind, { isDefault: true });
      return `${path}/default`;
    }),
    [`PUT ${path}/default`]: organizationWide([`${permission}:edit`], 200, async (world) => ({
      path: `${path}/default`,
      body: toDefault(await world.profile(kind)),
    })),
    [`GET ${path}/:id`]: organizationWide(
      [`${permission}:view`],
      200,
      async (world) => `${path}/${await world.profile(kind)}`,
    ),
    [`PATCH ${path}/:id`]: organizationWide([`${permission}:edit`], 200, async (world) => ({
      path: `${path}/${await world.profile(kind)}`,
      body: { name: named('Other') },
    })),
    [`DELETE ${path}/:id`]: organizationWide(
      [`${permission}:delete`],
      200,
      async (world) => `${path}/${await world.profile(kind)}`,
    ),
  };
}

export const profiles: Record<string, RouteEntry> = {
  ...profileRoutes('supportedcontent', 'messaging:supportedContent', (id) => ({ id })),
  ...profileRoutes('settings', 'messaging:setting', (settingId) => ({ settingId })),
  'DELETE /api/v2/conversations/messaging/settings/default': organizationWide(
    ['messaging:setting:edit'],
    200,
    () => `${MESSAGING}/settings/default`,
  ),
};

export const agentless: Record<string, RouteEntry> = {
  // The response does not exist: whoever may send learns that.
  'POST /api/v2/conversations/messages/agentless': organizationWide(
    ['conversation:message:create'],
    400,
    async (world) => ({
      path: '/api/v2/conversations/messages/agentless',
      body: {
        fromAddress: await world.integration(),
        toAddress: '4915112345678',
        toAddressMessengerType: 'whatsapp',
        messagingTemplate: { responseId: randomUUID() },
      },
    }),
  ),
  'GET /api/v2/conversations/messages/agentless/:id': organizationWide(
    ['conversation:message:create'],
    404,
    () => `/api/v2/conversations/messages/agentless/${randomUUID()}`,
  ),
};

export const templates: Record<string, RouteEntry> = {
  'GET /api/v2/responsemanagement/libraries': listing(['responses:library:view'], async (world) => {
    await world.library();
    return LIBRARIES;
  }),
  'POST /api/v2/responsemanagement/libraries': creating(['responses:library:add'], (world) => ({
    path: LIBRARIES,
    body: { name: named('Library'), division: { id: world.north } },
  })),
  'GET /api/v2/responsemanagement/libraries/:id': hidden(
    ['responses:library:view'],
    200,
    async (world) => `${LIBRARIES}/${await world.library()}`,
  ),
  'POST /api/v2/responsemanagement/libraries/bulk': listing(['responses:library:view'], async (world) => ({
    path: `${LIBRARIES}/bulk`,
    body: { libraryIds: [await world.library()] },
  })),
  'POST /api/v2/responsemanagement/libraries/query': listing(['responses:library:view'], async (world) => ({
    path: `${LIBRARIES}/query`,
    body: { query: [{ criteria: { key: 'id', operator: 'EQUALS', value: await world.library() } }] },
  })),
  'GET /api/v2/responsemanagement/libraries/divisionviews': listing(
    ['responses:library:view'],
    async (world) => {
      await world.library();
      return `${LIBRARIES}/divisionviews`;
    },
  ),
  'GET /api/v2/responsemanagement/libraries/divisionviews/:id': hidden(
    ['responses:library:view'],
    200,
    async (world) => `${LIBRARIES}/divisionviews/${await world.library()}`,
  ),
  'POST /api/v2/responsemanagement/responses/divisionviews/query': listing(
    ['responses:response:view'],
    async (world) => {
      await world.response();
      return { path: `${RESPONSES}/divisionviews/query`, body: {} };
    },
  ),
  'GET /api/v2/responsemanagement/responses/divisionviews/:id': hidden(
    ['responses:response:view'],
    200,
    async (world) => `${RESPONSES}/divisionviews/${(await world.response()).id}`,
  ),
  'PUT /api/v2/responsemanagement/libraries/:id': hidden(['responses:library:edit'], 200, async (world) => ({
    path: `${LIBRARIES}/${await world.library()}`,
    body: { name: named('Library'), version: 1 },
  })),
  'DELETE /api/v2/responsemanagement/libraries/:id': hidden(
    ['responses:library:delete'],
    200,
    async (world) => `${LIBRARIES}/${await world.library()}`,
  ),
  'GET /api/v2/responsemanagement/responses': hidden(
    ['responses:response:view'],
    200,
    async (world) => `${RESPONSES}?libraryId=${(await world.response()).libraryId}`,
  ),
  'POST /api/v2/responsemanagement/responses/query': listing(['responses:response:view'], async (world) => {
    await world.response();
    return { path: `${RESPONSES}/query`, body: {} };
  }),
  // Responses have no division of their own: a library that is out of reach is as good as none, 400 for the body.
  'POST /api/v2/responsemanagement/responses': {
    ...hidden(['responses:response:add'], 200, async (world) => ({
      path: RESPONSES,
      body: { name: 'R', libraries: [{ id: await world.library() }], texts: [{ content: 'x' }] },
    })),
    foreignStatus: 400,
  },
  'GET /api/v2/responsemanagement/responses/:id': hidden(
    ['responses:response:view'],
    200,
    async (world) => `${RESPONSES}/${(await world.response()).id}`,
  ),
  'POST /api/v2/responsemanagement/responses/:id/preview': hidden(
    ['responses:response:view'],
    200,
    async (world) => ({ path: `${RESPONSES}/${await world.template()}/preview`, body: {} }),
  ),
  'PUT /api/v2/responsemanagement/responses/:id': hidden(['responses:response:edit'], 200, async (world) => {
    const { id, libraryId } = await world.response();
    const body = { name: 'R2', version: 1, libraries: [{ id: libraryId }], texts: [{ content: 'x' }] };
    return { path: `${RESPONSES}/${id}`, body };
  }),
  'DELETE /api/v2/responsemanagement/responses/:id': hidden(
    ['responses:response:delete'],
    200,
    async (world) => `${RESPONSES}/${(await world.response()).id}`,
  ),
};
