import type { Models } from 'purecloud-platform-client-v2';
import { toCampaignProgress } from '../../../src/modules/reporting/progress/campaign-progress.js';

const campaign = {
  id: 'c1',
  name: 'Payment reminder',
  contactListId: 'l1',
  status: 'on' as const,
  messagesPerMinute: 10,
};
const percentage = (processed: number, total: number) =>
  toCampaignProgress(campaign, { total, processed, messaged: 0, failed: 0, skipped: {} }).percentage;

describe('toCampaignProgress', () => {
  it('has the shape that the SDK knows', () => {
    const skipped = { 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST': 4, 'ININ-OUTBOUND-NUMBERS-INVALID': 1 };
    const progress: Models.CampaignProgress = toCampaignProgress(campaign, {
      total: 100,
      processed: 45,
      messaged: 40,
      failed: 3,
      skipped,
    });
    expect(progress).toEqual({
      campaign: { id: 'c1', name: 'Payment reminder', selfUri: '/api/v2/outbound/messagingcampaigns/c1' },
      contactList: { id: 'l1', selfUri: '/api/v2/outbound/contactlists/l1' },
      numberOfContactsCalled: 0,
      numberOfContactsMessaged: 40,
      totalNumberOfContacts: 100,
      percentage: 45,
      numberOfContactsSkipped: skipped,
      numberOfContactsFailed: 3,
      estimatedSecondsToFinish: 330,
    });
  });

  it('estimates no end for a campaign that is not on', () => {
    const stopped = { ...campaign, status: 'off' as const };
    const run = { total: 100, processed: 45, messaged: 45, failed: 0, skipped: {} };
    expect(toCampaignProgress(stopped, run).estimatedSecondsToFinish).toBeUndefined();
  });

  it.each([
    [0, 0, 0],
    [0, 10, 0],
    [1, 3, 33],
    [999, 1000, 99],
    [1000, 1000, 100],
    [1001, 1000, 100],
  ])('rounds %d of %d down to %d %%', (processed, total, expected) => {
    expect(percentage(processed, total)).toBe(expected);
  });
});
