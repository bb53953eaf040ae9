import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicUs, type Slot, SlotClock } from '../../../src/modules/dispatch/pacing/slot-clock.js';
import type { Call } from '../../../src/modules/dispatch/sending/calls.js';
import { type Chunk, ChunkSender } from '../../../src/modules/dispatch/sending/chunk-sender.js';
import { eventually } from '../../support/eventually.js';

type Parts = ConstructorParameters<typeof ChunkSender>;

/** A sender whose calls and statements are only noted. */
function aSender(failing: readonly string[] = []) {
  const begun: { id: string; atUs: number }[] = [];
  const released: string[] = [];
  const messages = {
    beginCalls: (ids: string[]) => {
      if (ids.some((id) => failing.includes(id))) return Promise.reject(new Error('no database'));
      return Promise.resolve(ids.map((id) => ({ id })));
    },
    release: (ids: string[]) => Promise.resolve(void released.push(...ids)),
  };
  const calls = {
    hasRoom: () => true,
    prepare: () => undefined,
    begin: ({ message }: Call) => void begun.push({ id: message.id, atUs: monotonicUs() }),
    finish: () => Promise.resolve(),
  };
  const callableTimes = { keepStillCallable: (_campaign: unknown, rows: unknown) => Promise.resolve(rows) };
  const sender = new ChunkSender(
    messages as unknown as Parts[0],
    calls as unknown as Parts[1],
    callableTimes as unknown as Parts[2],
    { error: () => undefined } as unknown as Parts[3],
    { histogram: () => ({ observe: () => undefined }) } as unknown as Parts[4],
  );
  return { sender, begun, released };
}

/** Slots every ten milliseconds from a while after now. */
function aChunk(count: number, messages = count): Chunk {
  const nowUs = monotonicUs();
  const slots = Array.from({ length: count }, (_, index): Slot => {
    const atUs = nowUs + 100_000 + index * 10_000;
    return { atUs, beginByUs: atUs + 10_000, leaveByUs: atUs + 250_000, untilUs: atUs + 250_000 };
  });
  return {
    runId: 'run',
    claimToken: 'token',
    context: { campaign: { id: 'c' }, integration: { id: 'i' }, template: { id: 't' } },
    messages: Array.from({ length: messages }, (_, index) => ({ id: `m${index}` })),
    slots,
    clock: SlotClock.between(0, 0),
  } as unknown as Chunk;
}

/** Keeps the process from doing anything else. */
function stall(ms: number): void {
  const endUs = monotonicUs() + ms * 1_000;
  while (monotonicUs() < endUs);
}

describe('the sender of a chunk', () => {
  it('begins every call within a slot of its own, and gives back as many messages as a stall cost slots', async () => {
    const { sender, begun, released } = aSender();
    const chunk = aChunk(30);
    const sending = sender.send(chunk);
    await sleep(200);
    stall(60);
    await sending;
    const slots = [...chunk.slots];
    for (const { atUs } of begun) {
      // What this machine needs between the look at the clock and the call is allowed for.
      const own = slots.findIndex((slot) => atUs >= slot.atUs && atUs <= slot.beginByUs + 5_000);
      expect(own).toBeGreaterThanOrEqual(0);
      slots.splice(0, own + 1);
    }
    expect(released.length).toBeGreaterThanOrEqual(4);
    expect([...begun.map(({ id }) => id), ...released]).toEqual(chunk.messages.map(({ id }) => id));
  });

  it('lets late messages leave before what came from outside meanwhile', async () => {
    const { sender, begun, released } = aSender();
    const chunk = aChunk(10);
    for (const slot of chunk.slots) slot.beginByUs = slot.atUs + 200_000;
    const sending = sender.send(chunk);
    await sleep(80);
    const begunByTurn = new Set<number>();
    let turn: NodeJS.Immediate;
    const noteTurns = () => {
      begunByTurn.add(begun.length);
      turn = setImmediate(noteTurns);
    };
    stall(120);
    const before = begun.length;
    noteTurns();
    await sending.finally(() => clearImmediate(turn));
    expect([...begunByTurn].filter((count) => count > before && count < 10)).toEqual([]);
    expect(released).toEqual([]);
    expect(begun[9]!.atUs - begun[0]!.atUs).toBeLessThan(5_000);
  });

  it('gives back at once what has no slot', async () => {
    const { sender, begun, released } = aSender();
    await sender.send(aChunk(2, 5));
    expect(released).toEqual(expect.arrayContaining(['m2', 'm3', 'm4']));
    expect(begun.length + released.length).toBe(5);
  });

  it('tells when none of the messages has left, and only then', async () => {
    const { sender, begun, released } = aSender();
    const told: string[] = [];
    const toldBy = (name: string) => () => Promise.resolve(void told.push(name));
    sender.begin({ ...aChunk(1), whenNoneLeft: toldBy('sent') });
    sender.begin({ ...aChunk(0, 1), whenNoneLeft: toldBy('without a slot') });
    await eventually('both', () => Promise.resolve(begun.length + released.length === 2));
    await sender.beforeApplicationShutdown();
    expect(told).toEqual(['without a slot']);
  });

  it('leaves a group whose calls could not begin to its lease, and sends the others', async () => {
    const { sender, begun, released } = aSender(['m0']);
    await sender.send(aChunk(12));
    const ids = [...begun.map(({ id }) => id), ...released];
    expect(ids).not.toContain('m0');
    expect(ids).toContain('m11');
  });

  it('begins nothing more when it is told to stop', async () => {
    const { sender, begun, released } = aSender();
    const sending = sender.send(aChunk(30));
    await sleep(20);
    const stopping = sender.beforeApplicationShutdown();
    await Promise.all([sending, stopping]);
    expect(begun).toEqual([]);
    expect(released).toHaveLength(30);
  });
});
