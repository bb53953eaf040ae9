import {
  chooseProfile,
  planOutcome,
  PROFILES,
  SUFFIX_TABLE,
  type ProfileQuestion,
} from '../../../src/simulator/outcomes/outcome-profiles.js';
import { randomFor } from '../../../src/simulator/outcomes/random.js';
import { DEFAULT_SETTINGS } from '../../../src/simulator/settings.js';

const plan = (profile: (typeof PROFILES)[number], key: string) =>
  planOutcome(profile, DEFAULT_SETTINGS, randomFor(1, key));

describe('the plan of a message', () => {
  it.each(PROFILES)('%s is the same for the same recipient and turn', (profile) => {
    expect(plan(profile, '4915112345600:1')).toEqual(plan(profile, '4915112345600:1'));
    expect(plan(profile, '4915112345600:1')).not.toEqual(plan(profile, '4915112345600:2'));
  });

  it('keeps the order and the ranges of a normal message', () => {
    const reads = Array.from({ length: 2_000 }, (_, index) => plan('normal', `r${index}`)).filter(
      (events) => {
        const [sent, delivered, read] = events;
        expect(sent!.afterMs).toBeGreaterThanOrEqual(50);
        expect(sent!.afterMs).toBeLessThanOrEqual(500);
        expect(delivered!.afterMs - sent!.afterMs).toBeLessThanOrEqual(5_000);
        if (read) expect(read.afterMs).toBeGreaterThan(delivered!.afterMs + 999);
        return read;
      },
    );
    expect(reads.length / 2_000).toBeCloseTo(0.6, 1);
  });

  it.each([
    ['not_on_whatsapp', ['failed:131026']],
    ['unreachable', ['sent', 'failed:131026']],
    ['capped', ['failed:131049']],
    ['stopped', ['failed:131050']],
    ['experiment', ['failed:130472']],
    ['billing_broken', ['failed:131042']],
    ['media_bad', ['failed:131053']],
    ['chat_open', ['sent', 'read']],
    ['receipts_off', ['sent', 'delivered']],
    ['phone_off', ['sent']],
    ['replies_stop', ['sent', 'delivered', 'read', 'stop_text']],
    ['taps_stop', ['sent', 'delivered', 'read', 'stop_button']],
    ['prefers_stop', ['sent', 'delivered', 'stop']],
  ] as const)('%s', (profile, expected) => {
    const shown = plan(profile, 'r').map((event) => {
      if (event.kind === 'reply') return event.reply;
      if (event.kind === 'preference') return event.value;
      return event.code === undefined ? event.status : `${event.status}:${event.code}`;
    });
    expect(shown).toEqual(expected);
  });
});

describe('the choice of a profile', () => {
  const ask = (changes: Partial<ProfileQuestion>) =>
    chooseProfile({
      to: '4915112345600',
      waId: '4915112345600',
      isMarketing: true,
      hasStopped: false,
      rules: new Map(),
      suffixProfiles: true,
      usMarketingBlocked: true,
      ...changes,
    });

  it('follows the table of endings', () => {
    for (const [ending, profile] of Object.entries(SUFFIX_TABLE))
      expect(ask({ to: `49151123456${ending}` })).toBe(profile);
    expect(ask({ to: '4915112345690', suffixProfiles: false })).toBe('normal');
    expect(ask({})).toBe('normal');
  });

  it('puts an exact rule above everything', () => {
    const rules = new Map([['12125550190', 'media_bad' as const]]);
    expect(ask({ to: '12125550190', rules, hasStopped: true })).toBe('media_bad');
  });

  it('blocks marketing to the United States but not to Canada, and no utility', () => {
    expect(ask({ to: '12125550100' })).toBe('capped');
    expect(ask({ to: '14165550100' })).toBe('normal');
    expect(ask({ to: '12125550100', isMarketing: false })).toBe('normal');
  });

  it('remembers a stop for marketing only', () => {
    expect(ask({ hasStopped: true })).toBe('stopped');
    expect(ask({ hasStopped: true, isMarketing: false })).toBe('normal');
  });
});
