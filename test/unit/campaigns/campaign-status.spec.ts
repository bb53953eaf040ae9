import {
  CAMPAIGN_LIFECYCLE,
  CAMPAIGN_STATUSES,
  type CampaignStatus,
  stepTowards,
} from '../../../src/modules/campaigns/campaign-status.js';
import { ApiError } from '../../../src/platform/errors/api-error.js';

describe('the life of a campaign', () => {
  it('never leads back to on from stopping', () => {
    expect(CAMPAIGN_LIFECYCLE.stopping).toEqual(['off']);
  });

  it('has a way to off from every status', () => {
    for (const start of CAMPAIGN_STATUSES) {
      const reached = new Set<CampaignStatus>([start]);
      for (const status of reached) CAMPAIGN_LIFECYCLE[status].forEach((next) => reached.add(next));
      expect(reached.has('off')).toBe(true);
    }
  });
});

describe('stepTowards', () => {
  it.each(CAMPAIGN_STATUSES)('does nothing when %s is asked for and there', (status) => {
    expect(stepTowards(status, status)).toBe('none');
  });

  it.each([
    ['off', 'on', 'start'],
    ['complete', 'on', 'start'],
    ['invalid', 'on', 'start'],
    ['on', 'off', 'stop'],
    ['stopping', 'off', 'none'],
    ['complete', 'off', 'switch-off'],
    ['invalid', 'off', 'switch-off'],
  ] as const)('from %s to %s: %s', (current, requested, step) => {
    expect(stepTowards(current, requested)).toBe(step);
  });

  it.each([
    ['stopping', 'on'],
    ['off', 'complete'],
    ['on', 'complete'],
    ['on', 'stopping'],
    ['off', 'invalid'],
  ] as const)('refuses %s to %s', (current, requested) => {
    const attempt = () => stepTowards(current, requested);
    expect(attempt).toThrow(ApiError);
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'invalid.update.bad.status.transition', kind: 'invalid' }),
    );
  });

  it('names both statuses the way the vendor does', () => {
    expect(() => stepTowards('off', 'complete')).toThrow('Invalid transition from <OFF> to <COMPLETE>');
  });
});
