import { randomUUID } from 'node:crypto';
import { CampaignWorld, PATH } from '../campaigns/campaign-fixtures.js';
import type { Client } from '../../support/app.js';

const LISTS = '/api/v2/outbound/contactlists';
const AUDITS = '/api/v2/audits';
const ALWAYS = '2020-01-01T00:00:00.000Z/2100-01-01T00:00:00.000Z';

interface Entry {
  action: string;
  entityType: string;
  entity: { id?: string; name?: string };
  user?: { id?: string };
  propertyChanges: { property: string; oldValues: string[]; newValues: string[] }[];
}

describe('the audit trail', () => {
  let world: CampaignWorld;
  let admin: Client;

  beforeAll(async () => {
    world = await CampaignWorld.start();
    admin = world.app.admin;
  });

  afterAll(() => world?.close());

  const entriesOf = async (entityId: string): Promise<Entry[]> => {
    const { body } = await admin.get(`${AUDITS}?entityId=${entityId}&sortOrder=ascending`).expect(200);
    return body.entities;
  };
  const actionsOf = async (entityId: string): Promise<string[]> =>
    (await entriesOf(entityId)).map(({ action, entityType }) => `${action} ${entityType}`);
  const aList = () => ({
    name: `List ${randomUUID()}`,
    columnNames: ['wa'],
    whatsAppColumns: [{ columnName: 'wa', type: 'cell' }],
  });

  it('tells who changed what, when, from where, before and after', async () => {
    const client = await world.app.as(['outbound:contactList:add', 'outbound:contactList:edit']);
    const list = await client.post(LISTS).set('user-agent', 'audit-test/1').send(aList()).expect(200);
    const { id, name } = list.body;
    const changed = await client
      .put(`${LISTS}/${id}`)
      .send({ ...list.body, name: `${name} 2` })
      .expect(200);
    const { body } = await admin.get(`${AUDITS}?entityId=${id}&sortOrder=ascending`).expect(200);
    const [created, updated] = body.entities;
    expect(body.total).toBe(2);
    expect(created).toMatchObject({
      serviceName: 'Outbound',
      action: 'Create',
      entityType: 'ContactList',
      entity: { id, name },
      remoteIp: [expect.stringMatching(/127\.0\.0\.1|::1/u)],
      status: 'SUCCESS',
      context: { userAgent: 'audit-test/1', correlationId: list.headers['inin-correlation-id'] },
      propertyChanges: expect.arrayContaining([{ property: 'name', oldValues: [], newValues: [name] }]),
    });
    expect(created.user.id).toBe(created.client.id);
    expect(Math.abs(Date.now() - Date.parse(created.eventDate))).toBeLessThan(60_000);
    expect(updated.propertyChanges).toEqual([
      { property: 'name', oldValues: [name], newValues: [changed.body.name] },
    ]);
  });

  it('has every step in the life of a campaign', async () => {
    const campaign = await world.create();
    const one = `${PATH}/${campaign.id}`;
    await admin
      .put(one)
      .send({ ...campaign, messagesPerMinute: 90 })
      .expect(200);
    await admin.post(`${one}/start`).expect(200);
    await admin.delete(`${one}/progress`).expect(202);
    await admin.post(`${one}/stop`).expect(200);
    await world.app.db.query(`UPDATE messaging_campaigns SET campaign_status = 'off' WHERE id = $1`, [
      campaign.id,
    ]);
    await admin.delete(one).expect(200);
    const steps = ['Create', 'Update', 'Start', 'Recycle', 'Stop', 'Delete'];
    expect(await actionsOf(campaign.id)).toEqual(steps.map((step) => `${step} WhatsAppCampaign`));
    const entries = await entriesOf(campaign.id);
    expect(entries[1]!.propertyChanges).toEqual([
      { property: 'messagesPerMinute', oldValues: ['60'], newValues: ['90'] },
    ]);
    expect(entries[2]!.propertyChanges).toEqual([
      { property: 'status', oldValues: ['off'], newValues: ['on'] },
    ]);
  });

  it('has libraries, responses, DNC lists and integrations', async () => {
    const library = (
      await admin
        .post('/api/v2/responsemanagement/libraries')
        .send({ name: `L ${randomUUID()}` })
        .expect(200)
    ).body;
    const response = (
      await admin
        .post('/api/v2/responsemanagement/responses')
        .send({ name: 'R', libraries: [{ id: library.id }], texts: [{ content: 'x' }] })
        .expect(200)
    ).body;
    await admin
      .put(`/api/v2/responsemanagement/responses/${response.id}`)
      .send({ ...response, name: 'R2' })
      .expect(200);
    await admin.delete(`/api/v2/responsemanagement/responses/${response.id}`).expect(200);
    await admin
      .put(`/api/v2/responsemanagement/libraries/${library.id}`)
      .send({ ...library, name: `M ${randomUUID()}` })
      .expect(200);
    await admin.delete(`/api/v2/responsemanagement/libraries/${library.id}`).expect(200);
    expect(await actionsOf(response.id)).toEqual(['Create Response', 'Update Response', 'Delete Response']);
    expect(await actionsOf(library.id)).toEqual(['Create Library', 'Update Library', 'Delete Library']);

    const dnc = (
      await admin
        .post('/api/v2/outbound/dnclists')
        .send({ name: `D ${randomUUID()}`, dncSourceType: 'rds', contactMethod: 'WhatsApp' })
        .expect(200)
    ).body;
    await admin
      .patch(`/api/v2/outbound/dnclists/${dnc.id}/whatsappnumbers`)
      .send({ action: 'Add', whatsAppNumbers: ['+4915112345678'] })
      .expect(204);
    await admin.delete(`/api/v2/outbound/dnclists/${dnc.id}`).expect(200);
    expect(await actionsOf(dnc.id)).toEqual(['Create DncList', 'Update Dnc', 'Delete DncList']);

    const integrations = '/api/v2/conversations/messaging/integrations/whatsapp';
    const integration = (
      await admin
        .post(`${integrations}/embeddedsignup`)
        .send({ name: 'I', embeddedSignupAccessToken: 'a-very-secret-token' })
        .expect(200)
    ).body;
    await admin.patch(`${integrations}/${integration.id}`).send({ name: 'I2' }).expect(200);
    await admin.delete(`${integrations}/${integration.id}`).expect(200);
    const steps = ['Create', 'Update', 'Delete'].map((step) => `${step} WhatsappIntegration`);
    expect(await actionsOf(integration.id)).toEqual(steps);
  });

  it('has divisions, roles, grants, clients, users and filters, each change once and without secrets', async () => {
    const AUTH = '/api/v2/authorization';
    const name = `Thing ${randomUUID()}`;
    const make = async (path: string, body: object): Promise<{ id: string; version: number }> =>
      (await admin.post(path).send(body).expect(200)).body;
    const policies = (action: string) => [
      { domain: 'outbound', entityName: 'contactList', actionSet: [action] },
    ];
    const password = 'quiet-Harbour-9-lanterns';
    const aUser = { name: 'Anna', email: `${randomUUID()}@example.com`, password };
    const other = await make(`${AUTH}/roles`, {
      name: `Other ${name}`,
      permissionPolicies: policies('view'),
    });
    const roleDivisions = [{ roleId: other.id, divisionId: '*' }];
    const aClient = { name, authorizedGrantType: 'CLIENT-CREDENTIALS', roleDivisions };
    const clauses = [
      {
        predicates: [{ column: 'wa', columnType: 'alphabetic', operator: 'EQUALS', value: '4915112345678' }],
      },
    ];
    const list = await make(LISTS, aList());
    const division = await make(`${AUTH}/divisions`, { name });
    const role = await make(`${AUTH}/roles`, { name, permissionPolicies: policies('view') });
    const user = await make('/api/v2/users', aUser);
    const client = await make('/api/v2/oauth/clients', aClient);
    const aFilter = { name, contactList: { id: list.id }, clauses };
    const filter = await make('/api/v2/outbound/contactlistfilters', aFilter);
    const subject = await make('/api/v2/users', { ...aUser, email: `${randomUUID()}@example.com` });
    const grant = `${AUTH}/subjects/${subject.id}`;
    const oneGrant = { grants: [{ roleId: role.id, divisionId: division.id }] };
    const label = `${name} 2@${name} 2`;
    const objects = `${AUTH}/divisions/${division.id}/objects/CONTACTLIST`;
    const home = `${AUTH}/divisions/${world.app.homeDivisionId}/objects/CONTACTLIST`;
    const users = `/api/v2/users/${user.id}`;
    const clients = `/api/v2/oauth/clients/${client.id}`;
    const filters = `/api/v2/outbound/contactlistfilters/${filter.id}`;
    const renamed = { property: 'name', oldValues: [name], newValues: [`${name} 2`] };
    const gone = { property: 'name', oldValues: [`${name} 2`], newValues: [] };
    const held = (oldValues: string[], newValues: string[]) => ({ property: 'grants', oldValues, newValues });
    const moved = (from: string, to: string) => ({
      property: `CONTACTLIST ${list.id}`,
      oldValues: [from],
      newValues: [to],
    });
    type Step = [what: string, id: string, call: () => ReturnType<Client['get']>, change?: object];
    const { homeDivisionId } = world.app;
    const steps: Step[] = [
      [
        'Update Division',
        division.id,
        () => admin.put(`${AUTH}/divisions/${division.id}`).send({ name: `${name} 2` }),
        renamed,
      ],
      [
        'MoveObjects Division',
        division.id,
        () => admin.post(objects).send([list.id]),
        moved(homeDivisionId, division.id),
      ],
      [
        'MoveObjects Division',
        homeDivisionId,
        () => admin.post(home).send([list.id]),
        moved(division.id, homeDivisionId),
      ],
      [
        'Update Role',
        role.id,
        () =>
          admin
            .put(`${AUTH}/roles/${role.id}`)
            .send({ name: `${name} 2`, permissionPolicies: policies('edit') }),
        {
          property: 'permissionPolicies',
          oldValues: ['outbound:contactList:view'],
          newValues: ['outbound:contactList:edit'],
        },
      ],
      ['Create Grant', subject.id, () => admin.post(`${grant}/bulkadd`).send(oneGrant), held([], [label])],
      ['Delete Grant', subject.id, () => admin.post(`${grant}/bulkremove`).send(oneGrant), held([label], [])],
      [
        'Update Grant',
        subject.id,
        () => admin.post(`${grant}/bulkreplace`).send(oneGrant),
        held([], [label]),
      ],
      [
        'Delete Grant',
        subject.id,
        () => admin.delete(`${grant}/divisions/${division.id}/roles/${role.id}`),
        held([label], []),
      ],
      [
        'Create Grant',
        subject.id,
        () =>
          admin
            .post(`${AUTH}/roles/${role.id}`)
            .send({ subjectIds: [subject.id], divisionIds: [division.id] }),
        held([], [label]),
      ],
      [
        'Update Grant',
        subject.id,
        () => admin.put(`/api/v2/users/${subject.id}/roles`).send([]),
        held([label], []),
      ],
      ['Delete Role', role.id, () => admin.delete(`${AUTH}/roles/${role.id}`), gone],
      ['Delete Division', division.id, () => admin.delete(`${AUTH}/divisions/${division.id}`), gone],
      [
        'Restore Division',
        division.id,
        () => admin.post(`${AUTH}/divisions/${division.id}/restore`),
        { property: 'name', oldValues: [], newValues: [`${name} 2`] },
      ],
      [
        'Update Client',
        client.id,
        () => admin.put(clients).send({ ...aClient, name: `${name} 2`, state: 'inactive' }),
        { property: 'state', oldValues: ['active'], newValues: ['inactive'] },
      ],
      ['RotateSecret Client', client.id, () => admin.post(`${clients}/secret`)],
      ['Delete Client', client.id, () => admin.delete(clients), gone],
      [
        'Update User',
        user.id,
        () => admin.patch(users).send({ version: user.version, title: 'Lead' }),
        { property: 'title', oldValues: [], newValues: ['Lead'] },
      ],
      ['Invite User', user.id, () => admin.post(`${users}/invite`)],
      [
        'SetPassword User',
        user.id,
        () => admin.post(`${users}/password`).send({ newPassword: `${password}!` }),
      ],
      [
        'Delete User',
        user.id,
        () => admin.delete(users),
        { property: 'name', oldValues: ['Anna'], newValues: [] },
      ],
      [
        'Update ContactListFilter',
        filter.id,
        () => admin.put(filters).send({ ...aFilter, version: filter.version, name: `${name} 2` }),
        renamed,
      ],
      ['Delete ContactListFilter', filter.id, () => admin.delete(filters), gone],
    ];
    for (const { id } of [division, role, user, client, filter])
      expect(await actionsOf(id)).toEqual([
        expect.stringMatching(/^Create (Division|Role|User|Client|ContactListFilter)$/u),
      ]);
    const answers: string[] = [];
    const total = async (): Promise<number> => (await admin.get(AUDITS).expect(200)).body.total;
    for (const [what, id, call, change] of steps) {
      const before = await total();
      const answer = await call();
      answers.push(answer.text);
      expect([what, answer.ok, await total()]).toEqual([what, true, before + 1]);
      const entry = (await entriesOf(id)).at(-1)!;
      expect(`${entry.action} ${entry.entityType}`).toBe(what);
      expect(entry.user?.id).toBeDefined();
      expect(entry.entity.name).toBeTruthy();
      expect(entry.propertyChanges).toEqual(change ? expect.arrayContaining([change]) : []);
    }
    const secret = answers.map((text) => /"secret":"([^"]+)"/u.exec(text)?.[1]).find(Boolean)!;
    const invite = answers.map((text) => /invite=([^"]+)"/u.exec(text)?.[1]).find(Boolean)!;
    const rows = await world.app.db.query<{ text: string }[]>(
      `SELECT audit_events::text AS text FROM audit_events`,
    );
    const trail = rows.map(({ text }) => text).join('\n');
    for (const hidden of [secret, invite, password, '$argon2', '4915112345678'])
      expect(trail).not.toContain(hidden);
  });

  it('keeps no secret and no telephone number', async () => {
    const id = await world.anIntegration();
    await admin
      .patch(`/api/v2/conversations/messaging/integrations/whatsapp/${id}`)
      .send({ name: 'call +4915112345678' })
      .expect(200);
    const list = await admin.post(LISTS).send(aList()).expect(200);
    await admin
      .post(`${LISTS}/${list.body.id}/contacts`)
      .send([{ id: '4915112345678', contactListId: list.body.id, data: { wa: '4915112345678' } }])
      .expect(200);
    await admin.delete(`${LISTS}/${list.body.id}/contacts/4915112345678`).expect(200);
    const rows = await world.app.db.query<{ text: string }[]>(
      `SELECT audit_events::text AS text FROM audit_events`,
    );
    const text = rows.map((row) => row.text).join('\n');
    expect(text).not.toMatch(/15112345678|secret-token|15792300001/u);
    const [deleted] = (await admin.get(`${AUDITS}?action=Delete&entityType=Contact`).expect(200)).body
      .entities;
    expect(deleted.entity.id).toBe(`${list.body.id}/[number]`);
  });

  it('leaves out what only reads, what is refused and what is undone', async () => {
    const total = async (): Promise<number> => (await admin.get(AUDITS).expect(200)).body.total;
    const before = await total();
    await admin.get(LISTS).expect(200);
    await admin.post('/api/v2/responsemanagement/responses/query').send({ pageSize: 1 }).expect(200);
    await admin.post(`${PATH}/progress`).send([]).expect(200);
    await admin.post(LISTS).send({ name: '' }).expect(400);
    await admin.delete(`${LISTS}/${randomUUID()}`).expect(404);
    const contactListId = await world.aContactList();
    await world.create({ campaignStatus: 'on' }, { contactListId });
    const between = await total();
    const refused = { ...(await world.aBody({ contactListId })), campaignStatus: 'on' };
    await admin.post(PATH).send(refused).expect(400);
    expect(between - before).toBe(2);
    expect(await total()).toBe(between);
  });

  it('can be searched in the way of the vendor', async () => {
    const list = await admin.post(LISTS).send(aList()).expect(200);
    const query = {
      interval: ALWAYS,
      serviceName: 'Outbound',
      filters: [
        { property: 'EntityId', value: list.body.id },
        { property: 'Action', value: 'Create' },
        { property: 'Action', value: 'Delete' },
      ],
      sort: [{ name: 'Timestamp', sortOrder: 'descending' }],
      pageNumber: 1,
      pageSize: 1,
    };
    await admin.delete(`${LISTS}/${list.body.id}`).expect(200);
    const first = await admin.post(`${AUDITS}/query/realtime`).send(query).expect(200);
    expect(first.body).toMatchObject({ total: 2, pageCount: 2, pageSize: 1, pageNumber: 1 });
    expect(first.body.entities[0].action).toBe('Delete');
    const none = { ...query, interval: '2020-01-01T00:00Z/2020-02-01T00:00Z' };
    expect((await admin.post(`${AUDITS}/query/realtime`).send(none).expect(200)).body.total).toBe(0);
    const wrong = { interval: 'x', filters: [{ property: 'Nonsense', value: '1' }] };
    const { body } = await admin.post(`${AUDITS}/query/realtime`).send(wrong).expect(400);
    expect(body.details.length).toBeGreaterThan(0);
    await admin.get(`${AUDITS}?interval=nonsense`).expect(400);
    await (await world.app.as(['outbound:contactList:view'])).get(AUDITS).expect(403);
  });

  it('takes additions only', async () => {
    const { db } = world.app;
    await admin.post(LISTS).send(aList()).expect(200);
    for (const change of [
      `UPDATE audit_events SET action = 'Nothing'`,
      `DELETE FROM audit_events`,
      `TRUNCATE audit_events`,
    ]) {
      await expect(db.query(change)).rejects.toThrow('append-only');
    }
  });
});
