import { anyToken, open, organizationWide, type RouteEntry } from './route-entry.js';

const ALWAYS = '2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z';

export const publicRoutes: Record<string, RouteEntry> = {
  'GET /health/live': open(200, () => '/health/live'),
  'GET /metrics': open(404, () => '/metrics'),
  'GET /health/ready': open(200, () => '/health/ready'),
  'GET /webhooks/whatsapp': open(403, () => '/webhooks/whatsapp'),
  'POST /webhooks/whatsapp': open(403, () => ({ path: '/webhooks/whatsapp', body: {} })),
  'POST /oauth/token': open(400, () => ({ path: '/oauth/token', body: {} })),
  'PUT /uploads/v2/files/:uploadKey': open(404, () => '/uploads/v2/files/unknown'),
};

export const ownRoutes: Record<string, RouteEntry> = {
  'GET /api/v2/tokens/me': anyToken(200, () => '/api/v2/tokens/me'),
  'DELETE /api/v2/tokens/me': anyToken(200, () => '/api/v2/tokens/me'),
  'GET /api/v2/organizations/me': anyToken(200, () => '/api/v2/organizations/me'),
  'GET /api/v2/authorization/divisions/home': anyToken(200, () => '/api/v2/authorization/divisions/home'),
};

export const auditRoutes: Record<string, RouteEntry> = {
  'GET /api/v2/audits': organizationWide(['audits:audit:view'], 200, () => '/api/v2/audits'),
  'POST /api/v2/audits/query/realtime': organizationWide(['audits:audit:view'], 200, () => ({
    path: '/api/v2/audits/query/realtime',
    body: { interval: ALWAYS },
  })),
};
