import type { Models } from 'purecloud-platform-client-v2';
import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { loginSdk, refusal, type Sdk } from '../../support/sdk.js';

const COLUMNS = ['id', 'name', 'city', 'wa', 'zone'];
const MISSING = '00000000-0000-4000-8000-000000000000';

// Every call of the unchanged SDK that concerns contact lists, contacts and filters.
describe('Contact lists through the official SDK', () => {
  let app: TestApp;
  let outbound: Sdk['outbound'];
  let organization: Sdk['organization'];
  let names = 0;

  beforeAll(async () => {
    app = await startTestApp({ role: 'all' });
    const admin = { clientId: 'admin', clientSecret: 'admin-secret-of-tests' };
    ({ outbound, organization } = await loginSdk({ baseUrl: app.baseUrl, ...admin }));
  });
  afterAll(() => app?.close());

  const aList = (change: Partial<Models.ContactList> = {}): Promise<Models.ContactList> =>
    outbound.postOutboundContactlists({
      name: `List ${++names}`,
      columnNames: COLUMNS,
      whatsAppColumns: [{ columnName: 'wa', type: 'cell', contactableTimeColumnName: 'zone' }],
      ...change,
    });
  const aContact = (contactListId: string, at: number): Models.WritableDialerContact => ({
    id: `c${at}`,
    contactListId,
    data: {
      id: String(at),
      name: `N${at}`,
      city: at % 2 ? 'Bonn' : 'Köln',
      wa: `49151123400${at + 10}`,
    },
  });
  const filled = async (count: number): Promise<string> => {
    const { id } = await aList();
    await outbound.postOutboundContactlistContacts(
      id!,
      Array.from({ length: count }, (_, at) => aContact(id!, at)),
    );
    return id!;
  };
  const cityIs = (value: string): Models.ContactListFilterClause => ({
    filterType: 'AND',
    predicates: [{ column: 'city', columnType: 'alphabetic', operator: 'EQUALS', value, inverted: false }],
  });
  const idsOf = (contacts: Models.DialerContact[] | undefined): string[] =>
    (contacts ?? []).map(({ id }) => id!);
  const jobEnd = (listId: string, { id }: Models.ContactsBulkOperationJob) =>
    eventually('the end of the job', async () => {
      const job = await outbound.getOutboundContactlistContactsBulkJob(listId, id!);
      return job.state !== 'InProgress' && job;
    });
  const textOf = async (uri: string): Promise<string> => {
    const token = await app.tokenFor(['outbound:contactList:view', 'outbound:contact:view']);
    const file = await fetch(uri, { headers: { authorization: `Bearer ${token}` } });
    expect(file.status).toBe(200);
    return file.text();
  };

  it('keeps lists, lists them in pages and shows them to pickers', async () => {
    const created = await aList({ name: 'Spring people' });
    const id = created.id!;
    expect(created).toMatchObject({
      name: 'Spring people',
      version: 1,
      columnNames: COLUMNS,
      trimWhitespace: true,
    });
    const changed = await outbound.putOutboundContactlist(id, { ...created, name: 'Summer people' });
    expect(changed).toMatchObject({ name: 'Summer people', version: 2 });
    expect((await refusal(outbound.putOutboundContactlist(id, created))).status).toBe(409);
    const immutable = await refusal(
      outbound.putOutboundContactlist(id, { ...changed, columnNames: ['other'], whatsAppColumns: [] }),
    );
    expect(immutable.details!.map(({ errorCode }) => errorCode)).toEqual([
      'cannot.update.contact.column.names',
      'cannot.update.whatsapp.columns',
    ]);
    for (const name of ['Summer a', 'Summer b']) await aList({ name });
    const page = {
      name: 'summer',
      filterType: 'Prefix',
      sortBy: 'name',
      sortOrder: 'descending',
      pageSize: 2,
    };
    const first = await outbound.getOutboundContactlists({ ...page, pageNumber: 1, allowEmptyResult: true });
    expect(first).toMatchObject({ total: 3, pageCount: 2, entities: [{ id }, { name: 'Summer b' }] });
    const second = await outbound.getOutboundContactlists({ ...page, pageNumber: 2 });
    expect(second.entities!.map(({ name }) => name)).toEqual(['Summer a']);
    const whole = await outbound.getOutboundContactlist(id, { includeSize: true, includeImportStatus: true });
    expect(whole).toMatchObject({
      size: 0,
      importStatus: { totalRecords: 0, percentComplete: expect.any(Number) },
    });
    const views = await outbound.getOutboundContactlistsDivisionviews({
      name: 'MER PEO',
      includeSize: true,
      id: [id],
    });
    expect(views.entities).toMatchObject([
      { id, size: 0, unusableReasons: [{ code: 'contact.list.empty' }] },
    ]);
    expect(await outbound.getOutboundContactlistsDivisionview(id, { includeSize: true })).toMatchObject({
      id,
      size: 0,
    });
    await outbound.deleteOutboundContactlist(id);
    expect(await refusal(outbound.getOutboundContactlist(id))).toMatchObject({
      status: 404,
      code: 'contact.list.not.found',
    });
  });

  it('changes and deletes several lists at once', async () => {
    const ids = (await Promise.all([aList(), aList()])).map(({ id }) => id!);
    const changed = await outbound.postOutboundContactlistsBulkUpdate({
      contactListIds: [...ids, MISSING],
      contactList: { trimWhitespace: false, retentionType: 'DAYS', retentionDays: 7 } as Models.ContactList,
    });
    expect(changed).toMatchObject({ errorCount: 1, errorIndexes: [2] });
    expect(changed.results!.map(({ success, status }) => [success, status])).toEqual([
      [true, 200],
      [true, 200],
      [false, 404],
    ]);
    for (const id of ids) {
      const list = await outbound.getOutboundContactlist(id);
      expect(list).toMatchObject({ trimWhitespace: false, retentionDays: 7, columnNames: COLUMNS });
    }
    await outbound.deleteOutboundContactlists([...ids, MISSING]);
    for (const id of ids) expect((await refusal(outbound.getOutboundContactlist(id))).status).toBe(404);
  });

  it('keeps contacts one by one', async () => {
    const { id: list } = await aList();
    const [added] = await outbound.postOutboundContactlistContacts(list!, [aContact(list!, 1)], {
      priority: true,
      clearSystemData: false,
      doNotQueue: true,
    });
    expect(added).toMatchObject({
      id: 'c1',
      contactListId: list,
      callable: true,
      configurationOverrides: { priority: true },
      contactableStatus: { WhatsApp: { contactable: true, columnStatus: { wa: { contactable: true } } } },
    });
    const contact = await outbound.getOutboundContactlistContact(list!, 'c1');
    const status = { WhatsApp: { contactable: true, columnStatus: { wa: { contactable: false } } } };
    const changed = await outbound.putOutboundContactlistContact(list!, 'c1', {
      ...contact,
      data: { ...contact.data, city: 'Mainz' },
      contactableStatus: status as object as Models.DialerContact['contactableStatus'],
    });
    expect(changed).toMatchObject({ data: { city: 'Mainz' }, contactableStatus: status });
    await outbound.postOutboundContactlistContacts(list!, [aContact(list!, 1)], { clearSystemData: true });
    expect(await outbound.getOutboundContactlistContact(list!, 'c1')).toMatchObject({
      data: { city: 'Bonn' },
      contactableStatus: { WhatsApp: { columnStatus: { wa: { contactable: true } } } },
    });
    await outbound.deleteOutboundContactlistContact(list!, 'c1');
    expect(await refusal(outbound.getOutboundContactlistContact(list!, 'c1'))).toMatchObject({
      status: 404,
      code: 'contact.does.not.exist',
    });
    const unknown = { contactListId: list!, data: { town: 'Bonn' } };
    expect((await refusal(outbound.postOutboundContactlistContacts(list!, [unknown]))).details).toMatchObject(
      [{ errorCode: 'invalid.contact.columns' }],
    );
  });

  it('finds contacts by criteria and filters, and reads and deletes them by their ids', async () => {
    const list = await filled(6);
    const all = await outbound.postOutboundContactlistContactsSearch(
      list,
      {} as unknown as Models.ContactListingRequest,
    );
    expect(all).toMatchObject({ total: 6, contactsCount: 6, pageSize: 25 });
    const found = await outbound.postOutboundContactlistContactsSearch(list, {
      pageNumber: 2,
      pageSize: 2,
      criteria: { filterType: 'AND', clauses: [cityIs('köln')] },
      contactSorts: [{ fieldName: 'id', direction: 'DESC', numeric: true }],
    });
    expect(found).toMatchObject({ total: 3, contactsCount: 6, pageCount: 2 });
    expect(idsOf(found.entities)).toEqual(['c0']);
    expect(idsOf(await outbound.postOutboundContactlistContactsBulk(list, ['c5', 'gone', 'c1']))).toEqual([
      'c5',
      'c1',
    ]);
    await outbound.deleteOutboundContactlistContacts(list, ['c5', 'gone']);
    expect(await outbound.getOutboundContactlist(list, { includeSize: true })).toMatchObject({ size: 5 });
    const zones = await outbound.getOutboundContactlistTimezonemappingpreview(list);
    expect(zones).toMatchObject({ contactListSize: 5, contactsInDefaultWindow: 5 });
    await outbound.postOutboundContactlistClear(list);
    await eventually('the list is empty', async () => {
      const { size } = await outbound.getOutboundContactlist(list, { includeSize: true });
      return size === 0;
    });
  });

  it('keeps filters', async () => {
    const list = await filled(4);
    const draft = {
      name: 'Only Bonn',
      contactList: { id: list },
      filterType: 'AND',
      clauses: [cityIs('Bonn')],
    };
    const preview = await outbound.postOutboundContactlistfiltersPreview(draft);
    expect(preview).toMatchObject({ filteredContacts: 2, totalContacts: 4 });
    expect(idsOf(preview.preview)).toEqual(['c1', 'c3']);
    const filter = await outbound.postOutboundContactlistfilters(draft);
    const id = filter.id!;
    const changed = await outbound.putOutboundContactlistfilter(id, { ...filter, clauses: [cityIs('Köln')] });
    expect(changed).toMatchObject({ version: 2, clauses: [{ predicates: [{ value: 'Köln' }] }] });
    expect(await outbound.getOutboundContactlistfilter(id)).toMatchObject({ id, version: 2 });
    const listed = await outbound.getOutboundContactlistfilters({
      contactListId: list,
      name: 'only',
      filterType: 'Prefix',
      sortBy: 'name',
      sortOrder: 'a',
      pageSize: 10,
      pageNumber: 1,
      allowEmptyResult: true,
    });
    expect(listed).toMatchObject({ total: 1, entities: [{ id }] });
    const retrieved = await outbound.postOutboundContactlistfiltersBulkRetrieve({ ids: [MISSING, id] });
    expect(retrieved.entities).toMatchObject([{ id }]);
    const search = { pageNumber: 1, pageSize: 5, contactListFilterId: id };
    expect(idsOf((await outbound.postOutboundContactlistContactsSearch(list, search)).entities)).toEqual([
      'c0',
      'c2',
    ]);
    const wrong = { name: '', contactList: { id: list }, clauses: [{ predicates: [{ column: 'town' }] }] };
    const refused = await refusal(outbound.postOutboundContactlistfilters(wrong));
    expect(refused.details!.map(({ errorCode }) => errorCode)).toEqual([
      'name.cannot.be.blank',
      'column.does.not.match.contact.list',
      'operator.required',
    ]);
    await outbound.deleteOutboundContactlistfilter(id);
    expect((await refusal(outbound.getOutboundContactlistfilter(id))).status).toBe(404);
  });

  it('changes and removes many contacts by jobs that keep them as a file', async () => {
    const list = await filled(6);
    const edit = await outbound.postOutboundContactlistContactsBulkUpdate(list, {
      criteria: { filterType: 'AND', clauses: [cityIs('Bonn')] },
      contact: { contactListId: list, data: { name: 'Renamed' } },
      generateDownloadURI: true,
    });
    const edited = await jobEnd(list, edit);
    expect(edited).toMatchObject({
      type: 'BulkEdit',
      state: 'Complete',
      completedRecords: 3,
      percentComplete: 100,
    });
    expect(await textOf(edited.downloadURI!)).toContain('N1');
    expect((await outbound.getOutboundContactlistContact(list, 'c1')).data).toMatchObject({
      name: 'Renamed',
    });
    const remove = await outbound.postOutboundContactlistContactsBulkRemove(list, {
      criteria: { filterType: 'AND', clauses: [cityIs('Köln')] },
      generateDownloadURI: false,
    });
    expect(await jobEnd(list, remove)).toMatchObject({
      type: 'BulkDelete',
      state: 'Complete',
      totalRecords: 3,
    });
    const { entities } = await outbound.getOutboundContactlistContactsBulkJobs(list);
    expect(entities!.map(({ id }) => id)).toEqual([remove.id, edit.id]);
    expect(await outbound.getOutboundContactlist(list, { includeSize: true })).toMatchObject({ size: 3 });
  });

  it('imports a file and exports it again; a file that fails keeps the list from campaigns', async () => {
    const { id: list, name } = await aList();
    const upload = async (body: string): Promise<void> => {
      const { url, headers } = await outbound.postOutboundContactlistsUploads({
        contentType: 'text/csv',
        id: list!,
        contactIdName: 'id',
        clearSystemData: true,
        signedUrlTimeoutSeconds: 60,
      });
      expect((await fetch(url!, { method: 'PUT', headers, body })).status).toBe(200);
    };
    const rows = ['x1,Ada,Bonn,+4915112345671,Europe/Berlin', 'x2,"Bo, Jr.",Köln,4915112345672,'];
    await upload(['id,name,city,wa,zone', ...rows, ''].join('\n'));
    await eventually('the import', async () => {
      const { state, percentComplete } = await outbound.getOutboundContactlistImportstatus(list!);
      return !state && percentComplete === 100;
    });
    const views = () =>
      outbound.getOutboundContactlistsDivisionviews({ id: [list!], includeImportStatus: true });
    expect((await views()).entities).toMatchObject([
      { importStatus: { completedRecords: 2 }, unusableReasons: [] },
    ]);
    expect((await refusal(outbound.getOutboundContactlistExport(list!))).code).toBe(
      'no.available.list.export.uri',
    );
    expect(await outbound.postOutboundContactlistExport(list!)).toMatchObject({ id: list, name });
    const exported = await eventually('the export', () => outbound.getOutboundContactlistExport(list!));
    const lines = (await textOf(exported.uri!)).trim().split(/\r?\n/u);
    expect(lines[0]).toMatch(/^inin-outbound-id,id,name,city,wa,zone,.*ContactableByWhatsApp-wa/u);
    expect(lines.slice(1).map((line, at) => line.includes(rows[at]!))).toEqual([true, true]);
    const body = { criteria: { filterType: 'AND', clauses: [cityIs('Bonn')] } };
    await outbound.postOutboundContactlistExport(list!, { body });
    const part = await eventually('the second export', async () => {
      const newest = await outbound.getOutboundContactlistExport(list!);
      return newest.uri !== exported.uri && newest;
    });
    expect((await textOf(part.uri!)).trim().split('\n')).toHaveLength(2);
    await upload('something,else\n1,2\n');
    await eventually('the failure', async () => {
      const { state } = await outbound.getOutboundContactlistImportstatus(list!);
      return (state as string | undefined) === 'FAILED';
    });
    expect((await views()).entities).toMatchObject([
      { unusableReasons: [{ code: 'contact.list.import.failed' }] },
    ]);
  });

  it('keeps to limits that the namespace of the organisation shows', async () => {
    const { entities } = await organization.getOrganizationsLimitsNamespace('outbound');
    const limits = entities as { key: string; value: number }[];
    const shown = (key: string): number | undefined => limits.find((limit) => limit.key === key)?.value;
    const list = await filled(0);
    const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `c${at}`);
    const contacts = many(1_001).map((id) => ({ id, contactListId: list, data: {} }));
    const refusals = [
      outbound.postOutboundContactlistContacts(list, contacts),
      outbound.postOutboundContactlistContactsBulk(list, many(51)),
      outbound.deleteOutboundContactlistContacts(list, many(251)),
      outbound.deleteOutboundContactlists(many(101).map(() => list)),
    ];
    const errors = await Promise.all(refusals.map(refusal));
    expect(errors.map(({ status, code, limit }) => [status, code, limit?.value])).toEqual([
      [400, 'too.many.contacts.added', 1_000],
      [400, 'too.many.contacts.requested', 50],
      [400, 'too.many.contacts.added', 250],
      [400, 'too.many.deletes', 100],
    ]);
    for (const { limit } of errors) expect(shown(limit!.key)).toBe(limit!.value);
    const names = Array.from({ length: 51 }, (_, at) => `${'n'.repeat(at === 0 ? 129 : 1)}${at}`);
    const wide = await refusal(outbound.postOutboundContactlists({ name: 'Wide', columnNames: names }));
    expect(wide.details!.map(({ errorCode }) => errorCode)).toEqual([
      'contact.columns.limit.exceeded',
      'contact.column.length.limit.exceeded',
    ]);
    const long = { contactListId: list, data: { name: 'n'.repeat(513) } };
    const tooLong = await refusal(outbound.postOutboundContactlistContacts(list, [long]));
    expect(tooLong.details).toMatchObject([{ errorCode: 'contact.datum.length.limit.exceeded' }]);
    expect(
      ['contact.list.columns.max', 'contact.list.column.name.length.max', 'contact.datum.length.max'].map(
        shown,
      ),
    ).toEqual([50, 128, 512]);
  });

  it('refuses contacts beyond the limit of a list and of all lists together', async () => {
    const [list, other] = [await filled(1), await filled(0)];
    const setSize = (id: string, size: number): Promise<unknown> =>
      app.db.query(`UPDATE contact_lists SET size = $2 WHERE id = $1`, [id, size]);
    const add = (at: number) => outbound.postOutboundContactlistContacts(list, [aContact(list, at)]);
    await setSize(list, 1_000_000);
    expect(await refusal(add(1))).toMatchObject({
      code: 'contact.limit.exceeded',
      limit: { key: 'contact.list.contacts.max', value: 1_000_000 },
    });
    const [{ sum }] = await app.db.query<[{ sum: number }]>(
      `SELECT sum(size)::int AS sum FROM contact_lists WHERE id NOT IN ($1, $2)`,
      [list, other],
    );
    await setSize(list, 1);
    await setSize(other, 5_000_000 - sum - 2);
    await add(1);
    expect(await refusal(add(2))).toMatchObject({
      code: 'contact.limit.exceeded',
      limit: { key: 'contacts.max', value: 5_000_000 },
    });
    await add(1);
    expect(await outbound.getOutboundContactlist(list, { includeSize: true })).toMatchObject({ size: 2 });
    await setSize(other, 0);
  });
});
