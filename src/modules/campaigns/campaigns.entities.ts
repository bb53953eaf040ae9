import { MessagingCampaign, MessagingCampaignDncList } from './campaign.entity.js';

export const campaignsEntities = [MessagingCampaign, MessagingCampaignDncList];
