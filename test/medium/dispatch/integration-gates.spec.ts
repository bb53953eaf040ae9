import { randomUUID } from 'node:crypto';
import { IntegrationGates } from '../../../src/modules/dispatch/pacing/integration-gates.js';
import { DispatchWorld } from './dispatch-world.js';

describe('the gate of an integration', () => {
  let world: DispatchWorld;
  let here: IntegrationGates;
  let there: IntegrationGates;

  beforeAll(async () => {
    world = await DispatchWorld.open();
    [here, there] = [new IntegrationGates(world.uow), new IntegrationGates(world.uow)];
  });

  afterAll(() => world.close());

  const endHold = (id: string) =>
    world.db.query(`UPDATE integration_gates SET held_until = clock_timestamp() WHERE integration_id = $1`, [
      id,
    ]);

  it('is open until the provider says otherwise', async () => {
    expect(await here.get(randomUUID())).toEqual({ heldForMs: 0, isHalfOpen: false, factor: 1, outages: 0 });
  });

  it('closes for all processes on an outage, once however many calls fail', async () => {
    const id = randomUUID();
    // Outages in a row hold longer each time, long enough for this to be seen on a slow machine.
    for (let outages = 1; outages <= 4; outages += 1) {
      await here.outage(id);
      await endHold(id);
    }
    const told = await Promise.all(Array.from({ length: 20 }, () => here.outage(id)));
    expect(told.filter(Boolean)).toHaveLength(1);
    const { heldForMs, ...gate } = await there.get(id);
    expect(gate).toMatchObject({ isHalfOpen: true, outages: 5 });
    expect(heldForMs).toBeGreaterThan(0);
    expect(await there.outage(id)).toBe(false);
  });

  it('lets one message at a time try whether an outage is over, and waits longer when it is not', async () => {
    const id = randomUUID();
    await here.outage(id);
    await endHold(id);
    const probes = await Promise.all([here.probe(id), there.probe(id), here.probe(id)]);
    expect(probes.filter(Boolean)).toHaveLength(1);
    expect(await new IntegrationGates(world.uow).outage(id)).toBe(true);
    const again = await new IntegrationGates(world.uow).get(id);
    expect(again.outages).toBe(2);
    expect(again.heldForMs).toBeGreaterThan(1_000);
  });

  it('opens again with the first answer', async () => {
    const id = randomUUID();
    await here.outage(id);
    await endHold(id);
    expect(await here.works(id)).toBe(true);
    expect(await here.works(id)).toBe(false);
    expect(await here.get(id)).toMatchObject({ isHalfOpen: false, heldForMs: 0 });
  });

  it('halves the rate once for all the calls that were throttled at that rate', async () => {
    const id = randomUUID();
    const changed = await Promise.all(Array.from({ length: 10 }, () => here.throttle(id, 1_000)));
    expect(changed.filter(Boolean)).toHaveLength(1);
    const gate = await here.get(id);
    expect(gate.factor).toBeGreaterThanOrEqual(0.5);
    expect(gate.factor).toBeLessThan(0.6);
    expect(gate.heldForMs).toBeGreaterThan(0);
    expect(gate.isHalfOpen).toBe(false);
  });

  it('keeps the longer of two holds', async () => {
    const id = randomUUID();
    await here.hold(id, 60_000);
    await here.hold(id, 1_000);
    expect((await here.get(id)).heldForMs).toBeGreaterThan(50_000);
  });
});
