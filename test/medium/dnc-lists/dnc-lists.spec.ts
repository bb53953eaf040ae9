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
    await world.app.admin.delete(`${DNC_LISTS}/${list}/phonenumbers?expiredOnly=true`).expect(200);
    expect(await get(list)).toMatchObject({ size: 1 });
    const far = await add('4915112345673', until(181)).expect(400);
    expect(far.body).toMatchObject({ code: 'invalid.date.value' });
    await add('4915112345673', 'tomorrow').expect(400);
  });

  it('are not taken by lists of e-mail addresses, and those of other methods count', async () => {
    const mail = await world.aDncList({}, 'Email');
    const refused = await patch(mail, { action: 'Add', whatsAppNumbers: ['4915112345678'] }).expect(400);
    expect(refused.body).toMatchObject({ code: 'dnc.source.operation.not.supported' });
    await world.app.admin
      .post(`${DNC_LISTS}/uploads`)
      .send({ id: mail, contentType: 'text/csv' })
      .expect(400);
    for (const method of ['Phone', 'WhatsApp', 'Any']) {
      const list = await world.aDncList({}, method);
      await patch(list, { action: 'Add', whatsAppNumbers: ['4915112345678'] }).expect(204);
      expect(await active(list)).toHaveLength(1);
    }
  });
});
