import { ImportWorld } from './import-fixtures.js';

let world: ImportWorld;
beforeAll(async () => {
  world = await ImportWorld.start();
});
afterAll(() => world.close());

describe('importing a DNC list', () => {
  const EXAMPLE = [
    'Last Name, First Name,DNC_Home,DNC_Cell,DNC_Work',
    'Smith,Bill,317-153-4777,317-981-6233,317-333-2174',
    'Thomas,Terry,424-999-2334,424-384-9993,424-973-8828',
  ].join('\r\n');
  const active = async (list: string): Promise<string[]> => {
    const rows = await world.app.db.query<{ match_key: string }[]>(
      `SELECT match_key FROM dnc_active_entries_v WHERE dnc_list_id = $1 ORDER BY match_key`,
      [list],
    );
    return rows.map((row) => row.match_key);
  };

  const sizeOf = async (list: string): Promise<number> => {
    const [row] = await world.app.db.query<[{ size: number }]>(`SELECT size FROM dnc_lists WHERE id = $1`, [
      list,
    ]);
    return row.size;
  };

  it('takes the numbers of several columns and passes over the names', async () => {
    const list = await world.aDncList();
    expect(await world.import('dnc-list', list, EXAMPLE)).toMatchObject({
      state: 'complete',
      added: 6,
      rejected: 0,
    });
    expect(await active(list)).toEqual([
      '3171534777',
      '3173332174',
      '3179816233',
      '4243849993',
      '4249738828',
      '4249992334',
    ]);
    expect((await world.dncLists.explainUnusable([list])).get(list)).toEqual([]);
  });

  it('takes only the columns that were named', async () => {
    const list = await world.aDncList();
    await world.import('dnc-list', list, EXAMPLE, { numberColumns: ['DNC_Cell'] });
    expect(await active(list)).toEqual(['3179816233', '4243849993']);
  });

  it('can be repeated', async () => {
    const list = await world.aDncList();
    await world.import('dnc-list', list, EXAMPLE);
    expect(await world.import('dnc-list', list, EXAMPLE)).toMatchObject({ added: 0, updated: 6 });
    expect(await active(list)).toHaveLength(6);
  });

  it('takes expiry dates, removes what ended in the past, and counts dates it can not use', async () => {
    const list = await world.aDncList();
    const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16) + 'Z';
    await world.import('dnc-list', list, 'n,until\n4915112345670,\n4915112345671,\n', {
      expirationColumn: 'until',
    });
    const file = [
      'n,until',
      '4915112345670,2020-01-01T00:00Z',
      `4915112345672,${soon}`,
      '4915112345673,tomorrow',
      '4915112345674,2999-01-01T00:00Z',
      `5511912345678,`,
      `551112345678,${soon}`,
      '4915112345675,',
      '4915112345675,2020-01-01T00:00Z',
    ].join('\n');
    const imported = await world.import('dnc-list', list, file, { expirationColumn: 'until' });
    expect(imported).toMatchObject({ state: 'complete', added: 4, rejected: 0 });
    const entries = await world.app.db.query<{ match_key: string; value: string; expires_at: Date | null }[]>(
      `SELECT match_key, value, expires_at FROM dnc_entries WHERE dnc_list_id = $1 ORDER BY match_key`,
      [list],
    );
    expect(entries).toEqual([
      { match_key: '4915112345671', value: '4915112345671', expires_at: null },
      { match_key: '4915112345672', value: '4915112345672', expires_at: new Date(soon) },
      { match_key: '4915112345673', value: '4915112345673', expires_at: null },
      { match_key: '4915112345674', value: '4915112345674', expires_at: null },
      { match_key: '551112345678', value: '551112345678', expires_at: new Date(soon) },
    ]);
    expect(await world.imports.status('dnc-list', list)).toMatchObject({
      rejectedRecords: 0,
      rejectedByCode: { IMPORT_INVALID_EXPIRATION_DATE: 1, IMPORT_EXPIRATION_DATE_EXCEEDS_MAX_DAYS: 1 },
    });
    expect(await sizeOf(list)).toBe(5);
  });

  it('minds repetitions and endings of numbers that came long before', async () => {
    const list = await world.aDncList();
    const number = (at: number): string => `49151${10_000_000 + at}`;
    const numbers = (from: number, to: number): string[] =>
      Array.from({ length: to - from }, (_, at) => `${number(from + at)},`);
    const past = '2020-01-01T00:00Z';
    const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16) + 'Z';
    const file = [
      'n,until',
      ...numbers(0, 5_000),
      ...[`${number(10)},${past}`, `${number(11)},${past}`, `${number(20)},${soon}`],
      ...numbers(5_000, 7_000),
      ...[`${number(10)},`, `${number(30)},${soon}`],
    ].join('\n');
    const imported = await world.import('dnc-list', list, file, { expirationColumn: 'until' });
    expect(imported).toMatchObject({ state: 'complete', added: 7_001, updated: 4, rejected: 0 });
    expect(await active(list)).toEqual(
      Array.from({ length: 7_000 }, (_, at) => number(at)).filter((_, at) => at !== 11),
    );
    const ending = await world.app.db.query<{ match_key: string; expires_at: Date }[]>(
      `SELECT match_key, expires_at FROM dnc_entries WHERE dnc_list_id = $1 AND expires_at IS NOT NULL ORDER BY match_key`,
      [list],
    );
    expect(ending).toEqual([20, 30].map((at) => ({ match_key: number(at), expires_at: new Date(soon) })));
    expect(await sizeOf(list)).toBe(6_999);
  });

  it('that left out numbers makes the list unusable, because their people would be messaged', async () => {
    const list = await world.aDncList();
    const file = 'number\n4915112345678\n4.9E+11\n';
    expect(await world.import('dnc-list', list, file)).toMatchObject({ state: 'complete', rejected: 1 });
    const reasons = (await world.dncLists.explainUnusable([list])).get(list);
    expect(reasons).toMatchObject([{ code: 'dnc.list.import.failed', entityId: list }]);
  });
});
