/** Limits of the organisation (Genesys Cloud API, limits; namespace `outbound`). */
export const MAX_CAMPAIGNS = 1_000;
export const MAX_RUNNING_CAMPAIGNS = 25;
/** Greatest pace of one campaign, whatever its integration could do. */
export const MAX_MESSAGES_PER_MINUTE = 60_000;

export const LIMIT_NAMESPACE = 'outbound';
export const CAMPAIGNS_KEY = 'campaigns.max';
export const MESSAGES_PER_MINUTE_KEY = 'whatsapp.campaign.messages.per.minute';
