import type { Response, Test } from 'supertest';
import type { Permission } from '../../src/modules/access/index.js';
import type { Client } from '../support/app.js';
import { routesOf } from '../support/routes.js';
import { AccessWorld } from './route-access/access-world.js';
import { countOf, type Prepared, type RouteEntry } from './route-access/route-entry.js';
import { ROUTES } from './route-access/route-table.js';

const CALLERS = [
  'no token',
  'expired token',
  'no permission',
  'permission in another division',
  'permission in the right division',
] as const;
type Caller = (typeof CALLERS)[number];

interface Cell {
  route: string;
  caller: Caller;
  /** What the caller holds or lacks; several ways into one route are tried one by one. */
  holding: Permission[];
}

const cells: Cell[] = Object.entries(ROUTES).flatMap(([route, entry]) =>
  CALLERS.flatMap((caller) =>
    (caller.startsWith('permission') ? waysInto(entry) : [[]]).map((holding) => ({ route, caller, holding })),
  ),
);

function waysInto({ access, needsAll }: RouteEntry): Permission[][] {
  if (typeof access === 'string') return [[]];
  return needsAll ? [access] : access.map((permission) => [permission]);
}

describe('every route', () => {
  let world: AccessWorld;
  const shared = new Map<string, Prepared | Promise<Prepared>>();

  beforeAll(async () => {
    world = await AccessWorld.start();
  });

  afterAll(async () => {
    await world?.close();
    process.stdout.write(`route access: ${Object.keys(ROUTES).length} routes, ${cells.length} cells\n`);
  });

  it('has its line in the table, and every line its route', () => {
    expect(Object.keys(ROUTES).sort()).toEqual(routesOf(world.app.app));
  });

  it.each(cells.map((cell) => [cell.route, cell.caller, cell] as const))(
    '%s: %s',
    async (route, caller, cell) => {
      const entry = ROUTES[route]!;
      const response = await send(await clientFor(entry, cell), cell, entry);
      const reachesAll = entry.everywhere !== undefined && cell.holding.includes(entry.everywhere);
      if (route.startsWith('HEAD ')) nameError(response);
      expectAnswer(reachesAll ? { ...entry, foreign: 'open' } : entry, caller, response);
    },
  );

  async function clientFor(entry: RouteEntry, { caller, holding }: Cell): Promise<Client> {
    const permissions = [...holding, ...(entry.also ?? [])];
    if (entry.token && !caller.endsWith('token')) return world.app.withToken(await entry.token(world));
    switch (caller) {
      case 'no token':
        return world.app.anonymous;
      case 'expired token':
        return world.app.withToken(await world.expiredToken());
      case 'no permission':
        return world.app.as(entry.also ?? []);
      case 'permission in another division':
        return world.app.as(permissions, [world.south]);
      case 'permission in the right division':
        return world.app.as(permissions, [entry.actsInHome ? world.app.homeDivisionId : world.north]);
    }
  }

  async function send(client: Client, cell: Cell, entry: RouteEntry): Promise<Response> {
    const prepared = await prepare(entry, cell);
    const { path, headers, body, form, csv } = typeof prepared === 'string' ? { path: prepared } : prepared;
    const method = cell.route.split(' ')[0]!.toLowerCase() as keyof Client;
    let call: Test = client[method](path).set(headers ?? {});
    for (const [name, value] of Object.entries(form ?? {})) call = call.field(name, value);
    if (csv) return call.attach('file', Buffer.from(csv), 'file.csv');
    return body === undefined ? call : call.send(body);
  }

  /** What is asked for. Callers who are turned away change nothing, so those of a route can ask for the same. */
  function prepare(entry: RouteEntry, cell: Cell): Prepared | Promise<Prepared> {
    const { route, holding } = cell;
    const permission = (holding[0] ?? (typeof entry.access === 'string' ? undefined : entry.access[0]))!;
    if (!isTurnedAway(entry, cell)) return entry.prepare(world, permission);
    const key = `${route} ${permission}`;
    const known = shared.get(key) ?? entry.prepare(world, permission);
    shared.set(key, known);
    return known;
  }
});

function isTurnedAway({ access, foreign, everywhere }: RouteEntry, { caller, holding }: Cell): boolean {
  if (access === 'public') return false;
  if (caller.endsWith('token')) return true;
  if (access === 'authenticated' || caller === 'permission in the right division') return false;
  return caller === 'no permission' || (foreign !== 'open' && !(everywhere && holding.includes(everywhere)));
}

/** An answer to HEAD has no body to say why; its status stands for the code that belongs to it. */
function nameError(response: Response): void {
  const { authorization = '' } = (response.request as unknown as { header: Record<string, string> }).header;
  if (response.status === 401)
    response.body = { code: authorization ? 'bad.credentials' : 'authentication.required' };
}

function expectAnswer(entry: RouteEntry, caller: Caller, { status, body }: Response): void {
  const answer = { status, code: body?.code };
  const mayEnter = { status: entry.ok };
  if (entry.access === 'public') return expect(answer).toMatchObject(mayEnter);
  if (caller === 'no token') return expect(answer).toEqual({ status: 401, code: 'authentication.required' });
  if (caller === 'expired token') return expect(answer).toEqual({ status: 401, code: 'bad.credentials' });
  if (entry.access === 'authenticated') return expect(answer).toMatchObject(mayEnter);
  if (caller === 'no permission') {
    const several = entry.access.length > 1 && !entry.needsAll;
    expect(answer).toEqual({
      status: 403,
      code: several ? 'missing.any.permissions' : 'missing.permissions',
    });
    return expect(body.messageParams.permissions).toBe(entry.access.join(', '));
  }
  if (caller === 'permission in another division') return expectForeign(entry, answer, body);
  expect(answer).toMatchObject(mayEnter);
  if (entry.foreign === 'empty') expect(countOf(body)).toBeGreaterThan(0);
}

function expectForeign(
  entry: RouteEntry,
  answer: { status: number; code?: string },
  body: Record<string, unknown>,
): void {
  switch (entry.foreign) {
    case 'hidden':
      return expect(answer.status).toBe(entry.foreignStatus ?? 404);
    case 'refused':
      return expect(answer).toEqual({ status: 403, code: 'missing.division.permissions' });
    case 'empty':
      expect(answer.status).toBe(entry.ok);
      return expect(countOf(body)).toBe(0);
    case 'open':
      return expect(answer.status).toBe(entry.ok);
  }
}
