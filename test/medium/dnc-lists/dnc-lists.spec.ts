import { customKey } from '../../../src/modules/dnc-lists/dnc-entry-kinds.js';
import { DncEntriesRepository } from '../../../src/modules/dnc-lists/dnc-entries.repository.js';
import { DncExpiry } from '../../../src/modules/dnc-lists/dnc-expiry.js';
import { OptOuts } from '../../../src/modules/dnc-lists/index.js';
import { DNC_LISTS, ImportWorld } from '../imports/import-fixtures.js';

let world: ImportWorld;
let south: string;
beforeAll(async () => {
  world = await ImportWorld.start();
  south = await world.app.createDivision('South');
});
afterAll(() => world.close());

interface List {
  id: string;
  name: string;
  version: number;
  size?: number;
}

const patch = (id: string, body: object, kind = 'whatsappnumbers') =>
  world.app.admin.patch(`${DNC_LISTS}/${id}/${kind}`).send(body);
const get = async (id: string): Promise<List> =>
  (await world.app.admin.get(`${DNC_LISTS}/${id}?includeSize=true`).expect(200)).body as List;
const active = async (id: string): Promise<string[]> => {
  const rows = await world.app.db.query<{ match_key: string }[]>(
    `SELECT match_key FROM dnc_active_entries_v WHERE dnc_list_id = $1 ORDER BY match_key`,
    [id],
  );
  return rows.map((row) => row.match_key);
};
const codesOf = async (id: string): Promise<string[] | undefined> =>
  (await world.dncLists.explainUnusable([id])).get(id)?.map(({ code }) => code);

describe('DNC lists', () => {
  it('are created, read, changed and deleted', async () => {
    const body = { name: 'Opt-outs', dncSourceType: 'rds', contactMethod: 'WhatsApp' };
    const created = await world.app.admin.post(DNC_LISTS).send(body).expect(200);
    const list = created.body as List;
    expect(list).toMatchObject({ ...body, version: 1, division: { id: world.app.homeDivisionId } });
    const renamed = { ...list, name: 'Never', contactMethod: 'Any' };
    const changed = await world.app.admin.put(`${DNC_LISTS}/${list.id}`).send(renamed).expect(200);
    expect(changed.body).toMatchObject({ name: 'Never', contactMethod: 'Any', version: 2 });
    const stale = await world.app.admin.put(`${DNC_LISTS}/${list.id}`).send(renamed).expect(409);
    expect(stale.body).toMatchObject({ code: 'invalid.update.wrong.version' });
    await world.app.admin.delete(`${DNC_LISTS}/${list.id}`).expect(200);
    const gone = await world.app.admin.get(`${DNC_LISTS}/${list.id}`).expect(404);
    expect(gone.body).toMatchObject({ code: 'dnc.list.not.found' });
  });

  it('are refused with all reasons at once', async () => {
    await world.aDncList({ name: 'Taken' });
    const refused = await world.app.admin
      .post(DNC_LISTS)
      .send({ name: 'taken', dncSourceType: 'gryphon' })
      .expect(400);
    const { details } = refused.body as { details: { errorCode: string; fieldName: string }[] };
    expect(details.map(({ errorCode, fieldName }) => [errorCode, fieldName])).toEqual([
      ['invalid.create', 'dncSourceType'],
      ['invalid.create', 'contactMethod'],
      ['duplicate.name', 'name'],
    ]);
    expect((refused.body as { message: string }).message).toContain('not offered here');
  });

  it('stay within the divisions of the caller', async () => {
    const id = await world.aDncList({ name: 'Southern', divisionId: south });
    const northerner = await world.app.as(
      ['outbound:dncList:view', 'outbound:dnc:edit', 'outbound:dncList:upload'],
      [world.app.homeDivisionId],
    );
    await northerner.get(`${DNC_LISTS}/${id}`).expect(404);
    const body = { action: 'Add', whatsAppNumbers: ['4915112345678'] };
    await northerner.patch(`${DNC_LISTS}/${id}/whatsappnumbers`).send(body).expect(404);
    await northerner.post(`${DNC_LISTS}/uploads`).send({ id, contentType: 'text/csv' }).expect(404);
    await northerner.delete(`${DNC_LISTS}/${id}/whatsappnumbers`).expect(403);
    expect(await active(id)).toEqual([]);
  });

  it('tell pickers by a part of their name why a campaign can not use them', async () => {
    await world.aDncList({ name: 'Picker mail' }, 'Email');
    const filled = await world.aDncList({ name: 'Picker filled' }, 'Phone');
    await patch(filled, { action: 'Add', whatsAppNumbers: ['4915112345678'] }).expect(204);
    const searcher = await world.app.as(['outbound:dncList:view']);
    const { body } = await searcher.get(`${DNC_LISTS}/divisionviews?name=icker`).expect(200);
    const rows = (body as { entities: (List & { unusableReasons: { code: string }[] })[] }).entities;
    expect(rows.map(({ name, unusableReasons }) => [name, unusableReasons.map(({ code }) => code)])).toEqual([
      ['Picker filled', []],
      ['Picker mail', ['dnc.list.contact.method.not.usable', 'dnc.list.empty']],
    ]);
    await searcher.get(`${DNC_LISTS}/divisionviews/${filled}`).expect(200);
  });
});

describe('numbers of a DNC list', () => {
  it('are added and removed in whatever spelling', async () => {
    const list = await world.aDncList();
    await patch(list, { action: 'Add', whatsAppNumbers: ['+49 151 1234-5678', '5511912345678'] }).expect(204);
    const phones = { action: 'Add', phoneNumbers: ['004915112345678', '4915112345670'] };
    await patch(list, phones, 'phonenumbers').expect(204);
    await world.app.admin.post(`${DNC_LISTS}/${list}/phonenumbers`).send(['4915112345671']).expect(204);
    expect(await active(list)).toEqual(['4915112345670', '4915112345671', '4915112345678', '551112345678']);
    await patch(list, { action: 'Remove', whatsAppNumbers: ['551112345678', '49999999999'] }).expect(204);
    expect(await active(list)).toHaveLength(3);
    expect(await get(list)).toMatchObject({ size: 3 });
    await world.app.admin.delete(`${DNC_LISTS}/${list}/whatsappnumbers`).expect(200);
    expect(await get(list)).toMatchObject({ size: 0 });
  });

  it('are refused with every one that can not be read, and none is added', async () => {
    const list = await world.aDncList();
    const whatsAppNumbers = ['4915112345678', 'abc', '4.9E+11', '12'];
    const refused = await patch(list, { action: 'Add', whatsAppNumbers }).expect(400);
    const { details } = refused.body as { details: { fieldName: string }[] };
    expect(details.map(({ fieldName }) => fieldName)).toEqual([
      'whatsAppNumbers.1',
      'whatsAppNumbers.2',
      'whatsAppNumbers.3',
    ]);
    expect(await active(list)).toEqual([]);
    await patch(list, { action: 'Delete', whatsAppNumbers: ['4915112345678'] }).expect(400);
    await patch(list, { action: 'Add' }).expect(400);
    await world.app.admin.post(`${DNC_LISTS}/${list}/phonenumbers`).send({}).expect(400);
  });

  it('end when they expire; adding one again changes that', async () => {
    const list = await world.aDncList();
    const until = (days: number): string =>
      `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16)}Z`;
    const add = (number: string, expirationDateTime?: string) =>
      patch(list, { action: 'Add', whatsAppNumbers: [number], expirationDateTime });
    await add('4915112345671', until(-1)).expect(204);
    expect(await codesOf(list)).toEqual(['dnc.list.empty']);
    await add('4915112345672', until(10)).expect(204);
    expect(await active(list)).toEqual(['4915112345672']);
    expect(await codesOf(list)).toEqual([]);
    await add('4915112345671').expect(204);
    await add('4915112345672', until(-1)).expect(204);
    expect(await active(list)).toEqual(['4915112345671']);
    expect(await get(list)).toMatchObject({ size: 1 });
    const far = await add('4915112345673', until(181)).expect(400);
    expect(far.body).toMatchObject({ code: 'invalid.date.value' });
    await add('4915112345673', 'tomorrow').expect(400);
  });

  it('no longer count once they have expired, and are deleted by and by', async () => {
    const expire = (list: string) =>
      world.app.db.query(
        `UPDATE dnc_entries SET expires_at = now() - interval '1 second'
          WHERE dnc_list_id = $1 AND match_key <> '4915112345679'`,
        [list],
      );
    const rowsOf = (list: string) =>
      world.app.db.query<unknown[]>(`SELECT FROM dnc_entries WHERE dnc_list_id = $1`, [list]);
    const list = await world.aDncList();
    await patch(list, { action: 'Add', whatsAppNumbers: ['4915112345678', '4915112345679'] }).expect(204);
    await expire(list);
    expect(await get(list)).toMatchObject({ size: 1 });
    expect(await rowsOf(list)).toHaveLength(2);
    await new DncExpiry(world.uow, world.get(DncEntriesRepository)).work();
    expect(await rowsOf(list)).toHaveLength(1);
    expect(await get(list)).toMatchObject({ size: 1 });
    await patch(list, { action: 'Add', whatsAppNumbers: ['4915112345678'] }).expect(204);
    await expire(list);
    await world.app.admin.delete(`${DNC_LISTS}/${list}/phonenumbers?expiredOnly=true`).expect(200);
    expect(await active(list)).toEqual(['4915112345679']);
  });

  it('are not taken by lists of e-mail addresses, and those of other methods count', async () => {
    const mail = await world.aDncList({}, 'Email');
    const refused = await patch(mail, { action: 'Add', whatsAppNumbers: ['4915112345678'] }).expect(400);
    expect(refused.body).toMatchObject({ code: 'dnc.source.operation.not.supported' });
    await world.app.admin.delete(`${DNC_LISTS}/${mail}/phonenumbers`).expect(400);
    const upload = { id: mail, contentType: 'text/csv', phoneColumns: 'phone' };
    const noFile = await world.app.admin.post(`${DNC_LISTS}/uploads`).send(upload).expect(400);
    expect(noFile.body.message).toBe('This DNC list takes no numbers; it takes e-mail addresses.');
    for (const method of ['Phone', 'WhatsApp', 'Any']) {
      const list = await world.aDncList({}, method);
      await patch(list, { action: 'Add', whatsAppNumbers: ['4915112345678'] }).expect(204);
      expect(await active(list)).toHaveLength(1);
    }
  });
});

describe('e-mail addresses of a DNC list', () => {
  it('are kept apart from its numbers, and protect nobody from a WhatsApp message', async () => {
    const list = await world.aDncList({}, 'Any');
    const path = `${DNC_LISTS}/${list}/emailaddresses`;
    await world.app.admin.post(path).send(['ada@example.org', 'Bob@Example.org']).expect(202);
    expect(await codesOf(list)).toEqual(['dnc.list.empty']);
    await patch(list, { action: 'Remove', emailAddresses: ['BOB@example.org'] }, 'emailaddresses').expect(
      204,
    );
    await patch(list, { action: 'Add', whatsAppNumbers: ['4915112345678'] }).expect(204);
    expect(await get(list)).toMatchObject({ size: 2 });
    await world.app.admin.delete(`${DNC_LISTS}/${list}/phonenumbers`).expect(200);
    expect(await active(list)).toEqual(['ada@example.org']);
    await world.app.admin.delete(path).expect(200);
    expect(await get(list)).toMatchObject({ size: 0 });
    await world.app.admin.post(path).send(['no address']).expect(400);
    const file = 'n,mail\n4915112345678,Ada@Example.org\n4915112345679,\nsoon,nobody\n';
    expect(
      await world.import('dnc-list', list, file, { numberColumns: ['n'], emailColumns: ['mail'] }),
    ).toMatchObject({ state: 'complete', added: 3 });
    expect((await active(list)).sort()).toEqual(['4915112345678', '4915112345679', 'ada@example.org']);
    const phones = await world.aDncList({}, 'Phone');
    await world.app.admin.post(`${DNC_LISTS}/${phones}/emailaddresses`).send(['ada@example.org']).expect(400);
  });
});

describe('values of a contact column', () => {
  const custom = { dncSourceType: 'rds_custom', customExclusionColumn: 'customer' };
  const aCustomList = async (name: string): Promise<List> =>
    (
      await world.app.admin
        .post(DNC_LISTS)
        .send({ ...custom, name })
        .expect(200)
    ).body as List;

  it('make a list of their own', async () => {
    const list = await aCustomList('Debtors');
    expect(list).toMatchObject(custom);
    expect(await codesOf(list.id)).toEqual(['dnc.list.empty']);
    const entries = { action: 'Add', customExclusionColumnEntries: ['C-17', ' c-18 '] };
    await patch(list.id, entries, 'customexclusioncolumns').expect(204);
    expect(await active(list.id)).toEqual(['c-17', 'c-18']);
    expect(await codesOf(list.id)).toEqual([]);
    await patch(list.id, { ...entries, action: 'Remove' }, 'customexclusioncolumns').expect(204);
    await patch(list.id, entries, 'customexclusioncolumns').expect(204);
    await patch(list.id, { action: 'Add', whatsAppNumbers: ['4915112345678'] }).expect(400);
    const upload = { id: list.id, contentType: 'text/csv' };
    await world.app.admin
      .post(`${DNC_LISTS}/uploads`)
      .send({ ...upload, whatsAppColumns: 'n' })
      .expect(400);
    await world.app.admin
      .post(`${DNC_LISTS}/uploads`)
      .send({ ...upload, customExclusionColumns: 'Customer' })
      .expect(200);
    expect(
      await world.import('dnc-list', list.id, 'name,customer\nAda, K-19 \nBob,k-19\nEve,NULL\n'),
    ).toMatchObject({ state: 'complete', added: 1, updated: 1, rejected: 0 });
    expect(await active(list.id)).toEqual(['c-17', 'c-18', 'k-19']);
    await world.app.admin.delete(`${DNC_LISTS}/${list.id}/customexclusioncolumns`).expect(200);
    expect(await get(list.id)).toMatchObject({ size: 0 });
  });

  it('stay about the column they were made for', async () => {
    const list = await aCustomList('Fixed');
    const moved = await world.app.admin
      .put(`${DNC_LISTS}/${list.id}`)
      .send({ ...list, customExclusionColumn: 'other' })
      .expect(400);
    expect(moved.body).toMatchObject({ code: 'invalid.update' });
    const turned = { ...list, dncSourceType: 'rds', customExclusionColumn: '', contactMethod: 'Any' };
    await world.app.admin.put(`${DNC_LISTS}/${list.id}`).send(turned).expect(400);
    const { name, version } = list;
    await world.app.admin
      .put(`${DNC_LISTS}/${list.id}`)
      .send({ name: `${name} 2`, version })
      .expect(200);
  });

  it('are compared in the database as in the code', async () => {
    const texts = [' C-17\t', '\u00a0Ünïcode\ufeff', 'ÄÖ', 'a\u2003b', '\n', ''];
    for (const text of texts) {
      const [row] = await world.app.db.query<[{ key: string }]>(`SELECT dnc_custom_key($1) AS key`, [text]);
      expect(row.key).toBe(customKey(text));
    }
  });
});

describe('the sizes of DNC lists', () => {
  it('are limited, one by one and together', async () => {
    const list = await world.aDncList();
    const add = (number: string) => patch(list, { action: 'Add', whatsAppNumbers: [number] });
    const setSize = (id: string, size: number) =>
      world.app.db.query(`UPDATE dnc_lists SET size = $2 WHERE id = $1`, [id, size]);
    const { body } = await world.app.admin
      .get('/api/v2/organizations/limits/namespaces/outbound')
      .expect(200);
    const limits = Object.fromEntries(
      (body as { entities: { key: string; value: number }[] }).entities.map(({ key, value }) => [key, value]),
    );
    expect(limits).toMatchObject({
      'dnc.lists.max': 1_000,
      'dnc.list.entries.max': 1_000_000,
      'dnc.entries.max': 2_000_000,
    });
    await setSize(list, 999_999);
    await add('4915112345671').expect(204);
    expect((await add('4915112345672').expect(400)).body).toMatchObject({
      code: 'dnc.records.per.list.limit.exceeded',
      limit: { value: 1_000_000 },
    });
    expect(await active(list)).toEqual(['4915112345671']);
    const warned = await world.app.admin.get('/api/v2/outbound/events').expect(200);
    expect(JSON.stringify(warned.body)).toContain('APPROACHING_DNC_LIST_PHONE_NUMBER_LIMIT');
    const others = await Promise.all([world.aDncList(), world.aDncList()]);
    await setSize(list, 10);
    for (const id of others) await setSize(id, 1_000_000);
    expect((await add('4915112345672').expect(400)).body).toMatchObject({
      code: 'dnc.records.per.organization.limit.exceeded',
    });
    for (const id of [list, ...others]) await setSize(id, 0);
  });
});

describe('an import that failed in part', () => {
  const reasons = (id: string) => codesOf(id);
  it('makes the list unusable until a better one, or until the list is cleared', async () => {
    for (const wayOut of ['import', 'clear'] as const) {
      const list = await world.aDncList();
      const options = { numberColumns: ['wa'] };
      await world.import('dnc-list', list, 'wa\n4915112345678\nno number\n', options);
      expect(await reasons(list)).toEqual(['dnc.list.import.failed']);
      if (wayOut === 'clear') {
        await world.app.admin.delete(`${DNC_LISTS}/${list}/phonenumbers`).expect(200);
        await patch(list, { action: 'Add', whatsAppNumbers: ['4915112345678'] }).expect(204);
      } else await world.import('dnc-list', list, 'wa\n4915112345679\n', options);
      expect(await reasons(list)).toEqual([]);
    }
  });
});

describe('the list of those who opted out', () => {
  it('is kept by the server; people see it, and take single entries off', async () => {
    const signal = { scope: 'all', direction: 'stop', source: 'keyword', at: new Date() } as const;
    await world.get(OptOuts).apply([
      { ...signal, key: 'k1', whatsAppId: '4915112345678' },
      { ...signal, key: 'k2', whatsAppId: '4915112345679' },
    ]);
    const { body } = await world.app.admin
      .get(`${DNC_LISTS}?name=WhatsApp%20opt-outs&includeSize=true`)
      .expect(200);
    const [list] = (body as { entities: List[] }).entities;
    expect(list).toMatchObject({ optOuts: 'all', contactMethod: 'WhatsApp', size: 2 });
    const { id } = list!;
    const number = { whatsAppNumbers: ['4915112345678'] };
    const refused = await patch(id, { action: 'Add', ...number }).expect(400);
    expect(refused.body).toMatchObject({ code: 'dnc.source.operation.not.supported' });
    await world.app.admin.delete(`${DNC_LISTS}/${id}/whatsappnumbers`).expect(400);
    await world.app.admin.delete(`${DNC_LISTS}/${id}/whatsappnumbers?expiredOnly=true`).expect(200);
    await world.app.admin.delete(`${DNC_LISTS}/${id}`).expect(400);
    await world.app.admin.post(`${DNC_LISTS}/uploads`).send({ id, contentType: 'text/csv' }).expect(400);
    await world.app.admin
      .put(`${DNC_LISTS}/${id}`)
      .send({ ...list, contactMethod: 'Email' })
      .expect(400);
    await world.app.admin
      .put(`${DNC_LISTS}/${id}`)
      .send({ ...list, name: 'Never again' })
      .expect(200);
    await patch(id, { action: 'Remove', ...number }).expect(204);
    expect(await active(id)).toEqual(['4915112345679']);
    await world.get(OptOuts).apply([{ ...signal, key: 'k3', whatsAppId: '4915112345678' }]);
    expect(await active(id)).toEqual(['4915112345678', '4915112345679']);
  });
});
