import {
  explainSequence,
  firstCampaign,
  type SequenceStatus,
  type SequenceStep,
  sequenceStep,
} from '../../../src/modules/campaigns/sequences/sequence-rules.js';

const campaign = (id: string, alwaysRunning = false) => ({ id, name: `Campaign ${id}`, alwaysRunning });
const FOUND = [campaign('a'), campaign('b'), campaign('never', true)];

describe('the status of a sequence', () => {
  it.each<[SequenceStatus, SequenceStatus, SequenceStep]>([
    ['off', 'off', 'none'],
    ['off', 'on', 'start'],
    ['off', 'complete', 'refused'],
    ['on', 'on', 'none'],
    ['on', 'off', 'stop'],
    ['on', 'complete', 'refused'],
    ['complete', 'complete', 'none'],
    ['complete', 'on', 'start'],
    ['complete', 'off', 'none'],
  ])('%s to %s: %s', (from, to, step) => {
    expect(sequenceStep(from, to)).toBe(step);
  });

  it('begins anew after its end, unless another campaign is asked for', () => {
    const complete = { status: 'complete' as const, currentCampaign: 2 };
    expect(firstCampaign(complete, 2, 'start')).toBe(0);
    expect(firstCampaign(complete, undefined, 'start')).toBe(0);
    expect(firstCampaign(complete, 1, 'start')).toBe(1);
    expect(firstCampaign({ status: 'off', currentCampaign: 2 }, 2, 'start')).toBe(2);
    expect(firstCampaign(complete, 2, 'none')).toBe(2);
    expect(firstCampaign(undefined, undefined, 'none')).toBe(0);
  });
});

describe('what is wrong with a sequence', () => {
  const explain = (campaignIds: string[], currentCampaign = 0, repeat = false) =>
    explainSequence({ campaignIds, currentCampaign, repeat, status: 'off' }, FOUND).map(
      ({ code, field, entityId }) => [code, field, entityId].filter(Boolean).join(' '),
    );

  it.each<[string, Parameters<typeof explain>, string[]]>([
    ['nothing', [['a', 'b', 'a'], 2], []],
    ['no campaigns', [[]], ['invalid.value campaigns']],
    ['too many', [Array.from({ length: 101 }, () => 'a')], ['invalid.value campaigns']],
    ['unknown ones', [['x', 'a', 'y']], ['campaign.not.found campaigns x', 'campaign.not.found campaigns y']],
    ['one that never completes before others', [['never', 'a']], ['always.running.campaign campaigns never']],
    ['one that never completes in the end', [['a', 'never']], []],
    [
      'one that never completes and repeats',
      [['a', 'never'], 0, true],
      ['always.running.campaign campaigns never'],
    ],
    ['a place past the end', [['a'], 1], ['invalid.value currentCampaign']],
    ['a place before the begin', [['a'], -1], ['invalid.value currentCampaign']],
  ])('%s', (_what, given, reasons) => {
    expect(explain(...given)).toEqual(reasons);
  });
});
