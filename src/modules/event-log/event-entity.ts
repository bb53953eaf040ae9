/** Collections of the API in which the entities of events are found, by kind. */
const COLLECTIONS = {
  callableTimeSet: '/api/v2/outbound/callabletimesets',
  campaignRule: '/api/v2/outbound/campaignrules',
  contactList: '/api/v2/outbound/contactlists',
  contactListFilter: '/api/v2/outbound/contactlistfilters',
  digitalRuleSet: '/api/v2/outbound/digitalrulesets',
  dncList: '/api/v2/outbound/dnclists',
  messagingCampaign: '/api/v2/outbound/messagingcampaigns',
  outgoingWebhook: '/api/v2/outbound/webhooks',
  response: '/api/v2/responsemanagement/responses',
  schedule: '/api/v2/outbound/schedules/whatsappcampaigns',
  sequenceSchedule: '/api/v2/outbound/schedules/sequences',
  sequence: '/api/v2/outbound/sequences',
  whatsAppIntegration: '/api/v2/conversations/messaging/integrations/whatsapp',
} as const;

/** Something that an event is about. Its name is kept, so that the log can be read after it is gone. */
export interface EventEntity {
  kind: keyof typeof COLLECTIONS;
  id: string;
  name?: string;
}

/** Path of the entity in the API. */
export function uriOf({ kind, id }: EventEntity): string {
  return `${COLLECTIONS[kind]}/${id}`;
}
