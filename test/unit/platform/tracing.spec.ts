import { SpanKind, type SpanOptions, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { idsOf } from '../../../src/modules/dispatch/tracing/message-traces.js';
import { type FixedIds, Tracing } from '../../../src/platform/tracing/tracing.js';

interface Written {
  name: string;
  options: SpanOptions;
  status?: number;
  ended: boolean;
  endedAt?: unknown;
}

/** A tracer that notes what is asked of it. */
function recorder() {
  const written: Written[] = [];
  const fixed: FixedIds[] = [];
  const open = (name: string, options: SpanOptions) => {
    const one: Written = { name, options, ended: false };
    written.push(one);
    return {
      setStatus: ({ code }: { code: number }) => (one.status = code),
      setAttributes: () => undefined,
      spanContext: () => ({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
      end: (at?: unknown) => {
        one.ended = true;
        one.endedAt = at;
      },
    };
  };
  const tracer = {
    startSpan: open,
    startActiveSpan: (name: string, options: SpanOptions, work: (span: object) => unknown) =>
      work(open(name, options)),
  } as unknown as Tracer;
  const writer = { tracer, fixIds: (ids: FixedIds) => void fixed.push(ids), close: () => Promise.resolve() };
  return { written, fixed, tracing: new Tracing(writer) };
}

describe('traces that are off', () => {
  const off = new Tracing();

  it('only do the work', async () => {
    expect(off.isOn).toBe(false);
    expect(off.begin({ name: 'x' })).toBeUndefined();
    expect(off.write({ name: 'x', startedAt: 1, endedAt: 2 })).toBeUndefined();
    const work = Promise.resolve(7);
    expect(off.within({ name: 'x' }, () => work)).toBe(work);
    await off.onApplicationShutdown();
  });
});

describe('traces that are on', () => {
  it('have a span for the work, which ends however the work ends', async () => {
    const { tracing, written } = recorder();
    expect(await tracing.within({ name: 'good', kind: 'consumer' }, () => Promise.resolve(7))).toBe(7);
    const failing = tracing.within({ name: 'bad' }, () => Promise.reject(new Error('number 4915112345678')));
    await expect(failing).rejects.toThrow('number');
    expect(written).toMatchObject([
      { name: 'good', options: { kind: SpanKind.CONSUMER }, ended: true },
      { name: 'bad', options: { kind: SpanKind.INTERNAL }, status: SpanStatusCode.ERROR, ended: true },
    ]);
    expect(JSON.stringify(written)).not.toContain('49151');
  });

  it('write what is over with ids that are known beforehand', () => {
    const { tracing, written, fixed } = recorder();
    const ids = idsOf('0d98ee16-b1b1-4ec3-bbc1-eadecfe2887e');
    expect(ids).toEqual({ traceId: '0d98ee16b1b14ec3bbc1eadecfe2887e', spanId: 'bbc1eadecfe2887e' });
    tracing.write({ name: 'message', ids, startedAt: 1_000, endedAt: 2_000 });
    tracing.write({ name: 'claim', parent: ids, startedAt: 1_000, endedAt: 1_500 });
    expect(fixed).toEqual([ids]);
    expect(written).toMatchObject([
      { name: 'message', options: { root: true, startTime: 1_000 }, endedAt: 2_000 },
      { name: 'claim', options: { root: false, startTime: 1_000 }, endedAt: 1_500 },
    ]);
  });
});
