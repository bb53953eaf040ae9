import { randomUUID } from 'node:crypto';
import { IntegrationGates } from '../../../src/modules/dispatch/pacing/integration-gates.js';
import { type Concerned, Consequences } from '../../../src/modules/dispatch/sending/consequences.js';
import { reactTo } from '../../../src/modules/dispatch/sending/reaction.js';
import { EventLog } from '../../../src/modules/event-log/event-log.service.js';
import { toSendOutcome } from '../../../src/modules/whatsapp/cloud-api/send-outcome.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { DispatchWorld } from './dispatch-world.js';

const MESSAGE = { id: 'a0000000-0000-4000-8000-000000000001', address: '4915100000001' };
const THROTTLED = 'WARNING CAMPAIGN_THROTTLED';
const REFUSED = 'WARNING CAMPAIGN_MESSAGES_REFUSED';

let world: DispatchWorld;
let gates: IntegrationGates;
let consequences: Consequences;
/** What the neighbours of the engine were asked to do, in words. */
let asked: string[];
let concerned: Concerned;
let sibling: string;

beforeAll(async () => {
  world = await DispatchWorld.open();
});
afterAll(() => world.close());

beforeEach(() => {
  asked = [];
  sibling = randomUUID();
  concerned = {
    campaign: { id: randomUUID(), name: 'Spring' },
    integration: { id: randomUUID(), name: 'Shop', phoneNumberId: 'n1' },
    template: { metaName: 'offer', language: 'de' },
  };
  const minutes = (until?: Date) =>
    until ? `for ${Math.round((until.getTime() - Date.now()) / 60_000)} min` : 'until told';
  const whatsApp = {
    findSharing: (id: string, scope: string) => (scope === 'number' ? [id] : [id, sibling]),
    pauseTemplate: (_id: string, { name }: { name: string }, reason: string, until?: Date) =>
      asked.push(`pause ${name} ${minutes(until)}: ${reason}`),
    markIntegrationError: (id: string, { code }: { code: string }, until?: Date) =>
      asked.push(`${id === sibling ? 'sibling' : 'number'} ${code} ${minutes(until)}`),
  };
  const optOuts = { marketingRefused: () => asked.push('marketing opt-out') };
  const holds = {
    strike: () => asked.push('unreachable'),
    coolDown: () => asked.push('cool-down'),
    rest: (_id: string, _address: string, ms: number) => asked.push(`rests ${ms} ms`),
  };
  const logger = new Logger({ logLevel: 'silent', logFormat: 'json', processRole: 'worker' });
  gates = new IntegrationGates(world.uow);
  consequences = new Consequences(
    gates,
    whatsApp as never,
    { forget: () => undefined } as never,
    new EventLog(world.uow),
    optOuts as never,
    holds as never,
    logger,
  );
});

/** An answer of the provider with this code. */
async function answered(code: number, status = 400, attemptsBefore = 0): Promise<void> {
  const body = { error: { code, message: 'no', error_data: { details: 'the words' } } };
  const { consequence } = reactTo(
    toSendOutcome({ kind: 'answer', status, body, headers: {} }),
    attemptsBefore,
  );
  await consequences.draw(consequence!, concerned, MESSAGE);
}

async function events(): Promise<string[]> {
  const rows = await world.db.query<{ event: string; text: string }[]>(
    `SELECT level || ' ' || code AS event, message_with_params || message_params::text AS text
       FROM outbound_events WHERE error_entity ->> 'id' = $1 ORDER BY occurred_at`,
    [concerned.campaign.id],
  );
  for (const { text } of rows) expect(text).toContain('Spring');
  return rows.map(({ event }) => event);
}

const seconds = (ms: number): number => Math.round(ms / 1000);
const here = () => gates.get(concerned.integration.id);
const endHold = async () => {
  await world.db.query(`UPDATE integration_gates SET held_until = clock_timestamp()`);
  gates = new IntegrationGates(world.uow);
};

describe('what an answer of the provider leads to', () => {
  it.each([
    [130429, 'number'],
    [80007, 'account'],
    [4, 'app'],
  ])('%i halves the rate of the %s and is told once', async (code, reach) => {
    for (let times = 0; times < 3; times += 1) await answered(code);
    expect((await here()).factor).toBeLessThan(0.6);
    expect((await here()).heldForMs).toBeGreaterThan(0);
    const other = await gates.get(sibling);
    expect(other.factor < 0.6).toBe(reach !== 'number');
    expect(await events()).toEqual([THROTTLED]);
  });

  it.each([
    [131057, 500],
    [2494100, 400],
  ])('%i lets the number rest for a minute and says so', async (code, status) => {
    await answered(code, status);
    expect(seconds((await here()).heldForMs)).toBe(60);
    expect((await here()).isHalfOpen).toBe(false);
    expect(await events()).toEqual([THROTTLED]);
  });

  it.each([
    [2, 503],
    [131016, 500],
    [133004, 503],
    [131016, 400],
  ])(
    '%i with HTTP %i opens the circuit, which the next answer closes, whatever it says',
    async (code, status) => {
      await answered(code, status);
      expect(await here()).toMatchObject({ isHalfOpen: true, outages: 1 });
      expect(await events()).toEqual([THROTTLED]);
      await endHold();
      expect(await gates.probe(concerned.integration.id)).toBe(true);
      expect(await gates.probe(concerned.integration.id)).toBe(false);
      await answered(131026);
      expect(asked).toEqual(['unreachable']);
      expect(await new IntegrationGates(world.uow).get(concerned.integration.id)).toMatchObject({
        isHalfOpen: false,
      });
    },
  );

  it('takes the provider for broken after ten answers in a row that say nothing', async () => {
    for (let times = 0; times < 9; times += 1) await answered(131000, 500);
    expect((await here()).isHalfOpen).toBe(false);
    await answered(131000, 500);
    expect(await new IntegrationGates(world.uow).get(concerned.integration.id)).toMatchObject({
      isHalfOpen: true,
    });
  });

  it.each([
    [131056, 'rests 6000 ms'],
    [131026, 'unreachable'],
    [131049, 'cool-down'],
    [131050, 'marketing opt-out'],
  ])('%i concerns the person alone: %s', async (code, what) => {
    await answered(code);
    expect(asked).toEqual([what]);
    expect(await here()).toMatchObject({ factor: 1, heldForMs: 0, isHalfOpen: false });
    expect(await events()).toEqual([]);
  });

  it.each([
    [131031, ['number whatsapp.error.131031 until told', 'sibling whatsapp.error.131031 until told']],
    [131042, ['number whatsapp.error.131042 for 60 min', 'sibling whatsapp.error.131042 for 60 min']],
    [131048, ['number whatsapp.error.131048 for 1440 min']],
    [131005, ['number whatsapp.error.131005 for 1 min', 'sibling whatsapp.error.131005 for 1 min']],
    [190, ['number whatsapp.error.190 until told', 'sibling whatsapp.error.190 until told']],
    [133010, ['number whatsapp.error.133010 until told']],
  ])('%i takes the number out of service, or all of the account', async (code, what) => {
    await answered(code);
    expect(asked).toEqual(what);
  });

  it.each([
    [132001, 404, 'until told'],
    [132015, 400, 'until told'],
    [132069, 400, 'for 60 min'],
    [131055, 400, 'for 1 min'],
    [134102, 500, 'for 10 min'],
  ])('%i with HTTP %i takes the template out of service %s', async (code, status, howLong) => {
    await answered(code, status);
    expect(asked).toEqual([expect.stringContaining(`pause offer ${howLong}: `)]);
    expect(asked[0]).toContain(`WhatsApp says: the words (code ${code}).`);
  });

  it.each([131008, 135000, 424_242])(
    '%i is told, and takes the template out of service when twenty in a row are refused so',
    async (code) => {
      await answered(code);
      expect(await events()).toEqual([REFUSED]);
      for (let times = 1; times < 19; times += 1) await answered(code);
      expect(asked).toEqual([]);
      await answered(code);
      expect(asked).toEqual([expect.stringContaining('pause offer for 60 min')]);
      expect(await events()).toEqual([REFUSED]);
    },
  );

  it('tells once that WhatsApp holds messages back', async () => {
    for (let times = 0; times < 3; times += 1) await consequences.draw({ kind: 'held' }, concerned, MESSAGE);
    expect(await events()).toEqual([THROTTLED]);
    expect(asked).toEqual([]);
  });

  it.each([
    [134101, 6],
    [131000, 4],
  ])('%i is told when it is given up after %i tries', async (code, attempts) => {
    await answered(code, 400, attempts - 1);
    expect(await events()).toEqual([]);
    await answered(code, 400, attempts);
    await answered(code, 400, attempts);
    expect(await events()).toEqual([REFUSED]);
  });
});
