import { CallableTimeSet } from './callable-times/callable-time-set.entity.js';
import { CampaignRule } from './campaign-rules/campaign-rule.entity.js';
import { DigitalRuleSet } from './digital-rules/digital-rule-set.entity.js';
import { CampaignSequence, CampaignSequenceCampaign } from './sequences/campaign-sequence.entity.js';
import { MessagingCampaign, MessagingCampaignDncList, MessagingCampaignRuleSet } from './campaign.entity.js';

export const campaignsEntities = [
  CallableTimeSet,
  CampaignRule,
  CampaignSequence,
  CampaignSequenceCampaign,
  DigitalRuleSet,
  MessagingCampaign,
  MessagingCampaignDncList,
  MessagingCampaignRuleSet,
];
