import { auditRoutes, ownRoutes, publicRoutes } from './access-routes.js';
import { catalogueRoutes, divisionRoutes, roleRoutes } from './authorization-routes.js';
import { campaigns, conversations, schedules } from './campaign-routes.js';
import { clientRoutes } from './client-routes.js';
import { contactListFilters } from './filter-routes.js';
import { grantRoutes, roleMemberRoutes } from './grant-routes.js';
import { contactLists, dncLists, downloads } from './list-routes.js';
import { agentless, integrations, profiles, templates } from './messaging-routes.js';
import { notifications } from './notification-routes.js';
import { eventLog, outboundSettings } from './outbound-routes.js';
import { reporting } from './reporting-routes.js';
import type { RouteEntry } from './route-entry.js';
import {
  callableTimeSets,
  campaignRules,
  digitalRuleSets,
  sequences,
  sequenceSchedules,
} from './rule-routes.js';
import { signInRoutes } from './sign-in-routes.js';
import { userRoutes } from './user-routes.js';
import { outgoingWebhooks } from './webhook-routes.js';

/** Every route, who may use it, and a request to try it with. */
export const ROUTES: Record<string, RouteEntry> = {
  ...publicRoutes,
  ...signInRoutes,
  ...ownRoutes,
  ...auditRoutes,
  ...catalogueRoutes,
  ...divisionRoutes,
  ...roleRoutes,
  ...roleMemberRoutes,
  ...grantRoutes,
  ...userRoutes,
  ...clientRoutes,
  ...eventLog,
  ...outboundSettings,
  ...contactLists,
  ...contactListFilters,
  ...downloads,
  ...dncLists,
  ...integrations,
  ...profiles,
  ...agentless,
  ...templates,
  ...campaigns,
  ...schedules,
  ...conversations,
  ...callableTimeSets,
  ...digitalRuleSets,
  ...campaignRules,
  ...sequences,
  ...sequenceSchedules,
  ...reporting,
  ...notifications,
  ...outgoingWebhooks,
};
