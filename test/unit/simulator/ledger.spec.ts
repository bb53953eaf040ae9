import { Ledger } from '../../../src/simulator/sending/ledger.js';

const row = (to: string, callbackData: string | undefined, acceptedAt: number) => ({
  wamid: `wamid.${to}.${acceptedAt}`,
  phoneNumberId: 'n1',
  input: `+${to}`,
  to,
  waId: to,
  callbackData,
  acceptedAt,
  endpoint: 'messages' as const,
  template: 't',
  language: 'de',
  category: 'UTILITY' as const,
  components: [{ type: 'body' }],
  profile: 'normal' as const,
  answer: 'ok' as const,
});

describe('the ledger', () => {
  it('finds duplicates by callback data, by its prefix and by recipient', () => {
    const ledger = new Ledger();
    ledger.accept(row('491', 'v1:c1:r1:a1', 0));
    ledger.accept(row('491', 'v1:c1:r1:a2', 1));
    ledger.accept(row('492', 'v1:c1:r2:a1', 2));
    expect(ledger.summary()).toMatchObject({
      accepted: 3,
      distinctRecipients: 2,
      duplicatesByCallback: { keys: 0, extra: 0 },
      duplicatesByRecipient: { keys: 1, extra: 1, examples: [{ key: '491', count: 2 }] },
    });
    expect(ledger.summary(3)).toMatchObject({
      distinctCallbacks: 2,
      duplicatesByCallback: { keys: 1, extra: 1, examples: [{ key: 'v1:c1:r1', count: 2 }] },
    });
  });

  it('counts the n-th message of a recipient and the rates in any window', () => {
    const ledger = new Ledger();
    const nths = [0, 59_999, 60_001].map((at) => ledger.accept(row('491', undefined, at)).nth);
    expect(nths).toEqual([1, 2, 3]);
    const summary = ledger.summary() as { rates: { maxInAny60Seconds?: number; toJSON(): object } };
    expect(summary.rates.toJSON()).toEqual({ accepted: 3, maxInAny60Seconds: 2, maxInAnySecond: 2 });
  });

  it('pages by sequence and filters', () => {
    const ledger = new Ledger();
    for (let index = 0; index < 5; index += 1) ledger.accept(row(`49${index % 2}`, `c:${index}`, index));
    const first = ledger.page({ to: '490' }, 0, 2);
    expect(first.rows.map(({ callbackData }) => callbackData)).toEqual(['c:0', 'c:2']);
    const second = ledger.page({ to: '490' }, first.next!, 2);
    expect(second.rows.map(({ callbackData }) => callbackData)).toEqual(['c:4']);
    expect(second.next).toBeUndefined();
    expect(ledger.page({ since: 1, until: 3 }, 0, 9).rows).toHaveLength(2);
    expect(ledger.page({ callback: 'c:3' }, 0, 9).rows).toHaveLength(1);
  });

  it('stays bounded and keeps its totals', () => {
    const ledger = new Ledger({ maxRows: 100, maxRowsWithComponents: 10 });
    for (let index = 0; index < 1_000; index += 1) ledger.accept(row(`49${index}`, `c:${index}`, index));
    const { rows } = ledger.page({}, 0, 10_000);
    expect(rows.length).toBeLessThanOrEqual(105);
    expect(rows.at(-1)!.sequence).toBe(1_000);
    expect(rows.filter(({ components }) => components !== undefined)).toHaveLength(10);
    expect(ledger.summary()).toMatchObject({
      accepted: 1_000,
      kept: rows.length,
      distinctRecipients: rows.length,
    });
    expect(ledger.page({}, rows[0]!.sequence, 1).rows[0]!.sequence).toBe(rows[0]!.sequence + 1);
  });

  it('counts refusals and told statuses by code', () => {
    const ledger = new Ledger();
    ledger.reject(130429);
    ledger.reject(130429);
    const { row: kept } = ledger.accept(row('491', undefined, 0));
    ledger.tell(kept, { status: 'failed', code: 131026, at: 7 });
    expect(kept).toMatchObject({ statuses: ['failed'], toldAt: [7] });
    expect(ledger.summary()).toMatchObject({
      rejections: { 130429: 2 },
      failures: { 131026: 1 },
      statuses: { failed: 1 },
    });
  });
});
