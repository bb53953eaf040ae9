import { EVERYWHERE } from '../../../src/modules/access/index.js';
import { TemplatesService } from '../../../src/modules/templates/index.js';
import { type Client, startTestApp, type TestApp } from '../../support/app.js';

const LIBRARIES = '/api/v2/responsemanagement/libraries';
const RESPONSES = '/api/v2/responsemanagement/responses';
const GONE = '00000000-0000-4000-8000-000000000000';

// Answers are looked into freely; the expectations are the types here.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

const reminder = (libraryIds: string[], changes: object = {}): Json => ({
  name: 'payment_reminder_de',
  libraries: libraryIds.map((id) => ({ id })),
  responseType: 'MessagingTemplate',
  texts: [
    { content: 'Hallo {{firstName}}, offen sind {{amount}} EUR.', contentType: 'text/plain', type: 'body' },
  ],
  substitutions: [{ id: 'firstName', defaultValue: 'Kunde' }, { id: 'amount' }],
  messagingTemplate: {
    whatsApp: {
      name: 'payment_reminder',
      language: 'de',
      namespace: 'ns',
      header: { type: 'Text', content: 'Rechnung' },
      messageFooter: { type: 'Text', content: 'STOP beendet' },
      buttons: [
        { type: 'QuickReply', content: 'STOP' },
        { type: 'Url', content: 'https://example.com/{{amount}}', contentText: 'Zahlen' },
      ],
    },
  },
  ...changes,
});

describe('response management', () => {
  let app: TestApp;
  let names = 0;

  beforeAll(async () => {
    app = await startTestApp({ env: { PUBLIC_URL: 'http://127.0.0.1:3000' } });
  });

  afterAll(() => app?.close());

  const aName = (prefix = 'lib'): string => `${prefix} ${(names += 1)}`;

  const aLibrary = async (body: object = {}, as: Client = app.admin): Promise<Json> =>
    (
      await as
        .post(LIBRARIES)
        .send({ name: aName(), ...body })
        .expect(200)
    ).body;

  const aResponse = async (libraryIds: string[], changes: object = {}): Promise<Json> =>
    (await app.admin.post(RESPONSES).send(reminder(libraryIds, changes)).expect(200)).body;

  describe('libraries', () => {
    it('creates, reads, changes, deletes', async () => {
      const created = await aLibrary({ name: ' Autumn ' });
      expect(created).toMatchObject({ name: 'Autumn', version: 1, division: { id: app.homeDivisionId } });
      const path = `${LIBRARIES}/${created.id}`;
      expect(created.selfUri).toBe(path);
      expect((await app.admin.get(path).expect(200)).body).toEqual(created);
      const changed = await app.admin.put(path).send({ name: 'Winter', version: 1 }).expect(200);
      expect(changed.body).toMatchObject({ name: 'Winter', version: 2 });
      await app.admin.delete(path).expect(200);
      expect((await app.admin.get(path).expect(404)).body.code).toBe('rms.library.not.found');
      await app.admin.delete(path).expect(404);
    });

    it('refuses an older version and says which is current', async () => {
      const { id } = await aLibrary();
      await app.admin.put(`${LIBRARIES}/${id}`).send({ name: aName(), version: 1 }).expect(200);
      const stale = await app.admin.put(`${LIBRARIES}/${id}`).send({ name: aName(), version: 1 }).expect(409);
      expect(stale.body).toMatchObject({
        code: 'invalid.update.wrong.version',
        messageParams: { given: '1', current: '2' },
      });
      await app.admin.put(`${LIBRARIES}/${id}`).send({ name: aName() }).expect(400);
    });

    it('has one library of a name, whatever its case', async () => {
      const { name, id } = await aLibrary();
      const other = await aLibrary();
      const taken = { name: name.toUpperCase() };
      expect((await app.admin.post(LIBRARIES).send(taken).expect(400)).body.code).toBe('duplicate.name');
      const renamed = app.admin.put(`${LIBRARIES}/${other.id}`).send({ ...taken, version: 1 });
      expect((await renamed.expect(400)).body.code).toBe('duplicate.name');
      await app.admin
        .put(`${LIBRARIES}/${id}`)
        .send({ ...taken, version: 1 })
        .expect(200);
      expect((await app.admin.post(LIBRARIES).send({ name: ' ' }).expect(400)).body.code).toBe(
        'name.cannot.be.blank',
      );
    });

    it('lists by prefix and by channel', async () => {
      const [first, second] = [await aLibrary({ name: 'Prefix_b' }), await aLibrary({ name: 'prefix_A' })];
      await aLibrary({ name: 'PrefixXb' });
      const { body } = await app.admin.get(`${LIBRARIES}?libraryPrefix=PREFIX_&pageSize=10`).expect(200);
      expect(body.total).toBe(2);
      expect(body.entities.map(({ id }: Json) => id).sort()).toEqual([first.id, second.id].sort());
      await aResponse([first.id]);
      const filtered = await app.admin
        .get(`${LIBRARIES}?libraryPrefix=prefix_&messagingTemplateFilter=whatsapp`)
        .expect(200);
      expect(filtered.body.entities).toMatchObject([{ id: first.id }]);
    });

    it('deletes the responses that no other library holds', async () => {
      const [one, two] = [await aLibrary(), await aLibrary()];
      const only = await aResponse([one.id]);
      const both = await aResponse([one.id, two.id]);
      await app.admin.delete(`${LIBRARIES}/${one.id}`).expect(200);
      await app.admin.get(`${RESPONSES}/${only.id}`).expect(404);
      expect((await app.admin.get(`${RESPONSES}/${both.id}`).expect(200)).body.libraries).toMatchObject([
        { id: two.id },
      ]);
    });

    it('stays within the divisions of the caller', async () => {
      const division = await app.createDivision(aName('division'));
      const inside = await app.as(
        [
          'responses:library:view',
          'responses:library:add',
          'responses:library:edit',
          'responses:library:delete',
        ],
        [division],
      );
      const home = await aLibrary();
      const own = await aLibrary({ division: { id: division } }, inside);
      expect((await inside.get(LIBRARIES).expect(200)).body.entities).toMatchObject([{ id: own.id }]);
      await inside.get(`${LIBRARIES}/${home.id}`).expect(404);
      await inside.delete(`${LIBRARIES}/${home.id}`).expect(404);
      await inside.post(LIBRARIES).send({ name: aName() }).expect(403);
      const move = { name: aName(), version: 1, division: { id: app.homeDivisionId } };
      await inside.put(`${LIBRARIES}/${own.id}`).send(move).expect(403);
    });
  });

  describe('responses', () => {
    it('creates, reads, changes, deletes', async () => {
      const [one, two] = [await aLibrary(), await aLibrary()];
      const created = await aResponse([one.id]);
      expect(created).toMatchObject({
        ...reminder([]),
        version: 1,
        libraries: [{ id: one.id, name: one.name, selfUri: `${LIBRARIES}/${one.id}` }],
      });
      const path = `${RESPONSES}/${created.id}`;
      expect((await app.admin.get(path).expect(200)).body).toEqual(created);
      const change = reminder([two.id], { name: 'renamed', version: 1, texts: [{ content: '{{amount}}' }] });
      const changed = await app.admin.put(path).send(change).expect(200);
      expect(changed.body).toMatchObject({ name: 'renamed', version: 2, libraries: [{ id: two.id }] });
      expect(changed.body.libraries).toHaveLength(1);
      expect((await app.admin.put(path).send(change).expect(409)).body.messageParams).toEqual({
        given: '1',
        current: '2',
      });
      expect((await app.admin.get(`${RESPONSES}?libraryId=${one.id}`).expect(200)).body.entities).toEqual([]);
      const listed = await app.admin
        .get(`${RESPONSES}?libraryId=${two.id}&expand=substitutionsSchema`)
        .expect(200);
      expect(listed.body).toMatchObject({ total: 1, pageCount: 1, entities: [{ id: created.id }] });
      await app.admin.delete(path).expect(200);
      expect((await app.admin.get(path).expect(404)).body).toMatchObject({
        code: 'rms.response.not.found',
        entityId: created.id,
      });
    });

    it('names everything that is wrong at once, also unknown libraries', async () => {
      const body = reminder([GONE], { substitutions: [] });
      body.messagingTemplate.whatsApp.language = 'German';
      const refused = await app.admin.post(RESPONSES).send(body).expect(400);
      expect(refused.body.errors.map(({ code }: Json) => code)).toEqual([
        'rms.library.not.found',
        'template.language.invalid',
        'substitution.missing',
        'substitution.missing',
      ]);
      expect(refused.body.details[0]).toMatchObject({ fieldName: 'libraries', entityId: GONE });
    });

    it('names every field of a wrong shape', async () => {
      const body = { libraries: [], texts: [{ contentType: 'text/x' }], responseType: 'Letter' };
      const { details } = (await app.admin.post(RESPONSES).send(body).expect(400)).body;
      expect(details.map(({ fieldName }: Json) => fieldName).sort()).toEqual([
        'libraries',
        'name',
        'responseType',
        'texts.0.content',
        'texts.0.contentType',
      ]);
      await app.admin.get(RESPONSES).expect(400);
      await app.admin.get(`${RESPONSES}?libraryId=${GONE}`).expect(404);
    });

    it('finds by phrase and filters', async () => {
      const library = await aLibrary();
      const template = await aResponse([library.id], { name: 'Autumn 100%' });
      const canned = await aResponse([library.id], {
        name: 'Thanks',
        texts: [{ content: 'Vielen Dank', contentType: 'text/html' }],
        responseType: undefined,
        messagingTemplate: undefined,
        substitutions: [],
      });
      const inLibrary = { name: 'libraryId', operator: 'EQUALS', values: [library.id] };
      const find = async (body: Json): Promise<string[]> => {
        const filters = [inLibrary, ...(body.filters ?? [])];
        const answer = await app.admin
          .post(`${RESPONSES}/query`)
          .send({ pageSize: 500, ...body, filters })
          .expect(200);
        return answer.body.results.entities.map(({ id }: Json) => id);
      };
      const by = (name: string, operator: string, ...values: string[]): Promise<string[]> =>
        find({ filters: [{ name, operator, values }] });
      expect(await find({})).toEqual([template.id, canned.id]);
      expect(await find({ queryPhrase: 'vielen' })).toEqual([canned.id]);
      expect(await find({ queryPhrase: '0%' })).toEqual([template.id]);
      expect(await by('messagingTemplate', 'EQUALS', 'whatsapp')).toEqual([template.id]);
      expect(await by('messagingTemplate', 'NOTEQUALS', 'whatsapp')).toEqual([canned.id]);
      expect(await by('responseType', 'IN', 'MessagingTemplate', 'Footer')).toEqual([template.id]);
      expect(await by('name', 'BEGINS_WITH', 'thank')).toEqual([canned.id]);
      expect(await by('name', 'ENDS_WITH', '0%')).toEqual([template.id]);
      expect(await by('name', 'CONTAINS', 'x', 'utum')).toEqual([template.id]);
      expect(await by('text.contentType', 'EQUALS', 'text/html')).toEqual([canned.id]);
      const wrong = { filters: [{ name: 'color', operator: 'LIKE', values: [] }] };
      const { details } = (await app.admin.post(`${RESPONSES}/query`).send(wrong).expect(400)).body;
      expect(details).toHaveLength(3);
    });

    it('stays within the divisions of the caller', async () => {
      const division = await app.createDivision(aName('division'));
      const inside = await app.as(
        ['responses:response:view', 'responses:response:add', 'responses:response:edit'],
        [division],
      );
      const home = await aLibrary();
      const own = await aLibrary({ division: { id: division } });
      const hidden = await aResponse([home.id]);
      const shared = await aResponse([home.id, own.id]);
      await inside.get(`${RESPONSES}/${hidden.id}`).expect(404);
      await inside.get(`${RESPONSES}?libraryId=${home.id}`).expect(404);
      expect((await inside.get(`${RESPONSES}/${shared.id}`).expect(200)).body.libraries).toMatchObject([
        { id: own.id },
      ]);
      const found = (await inside.post(`${RESPONSES}/query`).send({}).expect(200)).body.results;
      expect(found.entities.map(({ id }: Json) => id)).toEqual([shared.id]);
      await inside
        .post(RESPONSES)
        .send(reminder([home.id]))
        .expect(400);
      await inside
        .put(`${RESPONSES}/${shared.id}`)
        .send(reminder([own.id], { version: 1 }))
        .expect(200);
      const seenByAdmin = (await app.admin.get(`${RESPONSES}/${shared.id}`).expect(200)).body.libraries;
      expect(seenByAdmin.map(({ id }: Json) => id).sort()).toEqual([home.id, own.id].sort());
      await inside.delete(`${RESPONSES}/${shared.id}`).expect(403);
    });
  });

  describe('for campaigns', () => {
    it('hands out templates and says why a response is none', async () => {
      const library = await aLibrary();
      const template = await aResponse([library.id]);
      const canned = await aResponse([library.id], {
        name: 'canned',
        texts: [{ content: 'Danke' }],
        responseType: undefined,
        messagingTemplate: undefined,
        substitutions: [],
      });
      const service = app.app.get(TemplatesService);
      const ids = [template.id, canned.id, GONE];
      expect(await service.find(EVERYWHERE, ids)).toEqual([
        {
          id: template.id,
          name: 'payment_reminder_de',
          divisionId: app.homeDivisionId,
          metaName: 'payment_reminder',
          language: 'de',
          headerText: 'Rechnung',
          headerImageUrl: undefined,
          body: 'Hallo {{firstName}}, offen sind {{amount}} EUR.',
          footer: 'STOP beendet',
          buttons: [
            { index: 0, type: 'QuickReply', content: 'STOP' },
            { index: 1, type: 'Url', content: 'https://example.com/{{amount}}' },
          ],
          substitutions: [{ id: 'firstName', defaultValue: 'Kunde' }, { id: 'amount' }],
        },
      ]);
      expect(await service.find({ kind: 'divisions', ids: [] }, ids)).toEqual([]);
      const reasons = await service.explainUnusable(ids);
      expect([...reasons.keys()]).toEqual([canned.id, GONE]);
      expect(reasons.get(canned.id)).toMatchObject([
        { code: 'response.not.whatsapp.template', entityName: 'canned' },
      ]);
      expect(reasons.get(GONE)).toMatchObject([{ code: 'rms.response.not.found' }]);
    });
  });
});
