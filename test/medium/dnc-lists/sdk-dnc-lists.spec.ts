import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { loginSdk, type Sdk } from '../../support/sdk.js';

// Every call of the unchanged SDK that concerns DNC lists.
describe('DNC lists through the official SDK', () => {
  let app: TestApp;
  let outbound: Sdk['outbound'];

  beforeAll(async () => {
    app = await startTestApp({ role: 'all' });
    const admin = { clientId: 'admin', clientSecret: 'admin-secret-of-tests' };
    ({ outbound } = await loginSdk({ baseUrl: app.baseUrl, ...admin }));
  });
  afterAll(() => app.close());

  const sizeOf = async (id: string): Promise<number | undefined> =>
    (await outbound.getOutboundDnclist(id, { includeSize: true, includeImportStatus: true })).size;
  const aList = async (name: string, change: object = { contactMethod: 'Any' }): Promise<string> =>
    (await outbound.postOutboundDnclists({ name, dncSourceType: 'rds', ...change })).id!;

  it('keeps lists, and shows them to pickers', async () => {
    const id = await aList('Never');
    const list = await outbound.getOutboundDnclist(id);
    const changed = await outbound.putOutboundDnclist(id, { ...list, name: 'Never ever' });
    expect(changed).toMatchObject({
      name: 'Never ever',
      version: 2,
      dncSourceType: 'rds',
      contactMethod: 'Any',
    });
    await expect(outbound.putOutboundDnclist(id, { ...list })).rejects.toMatchObject({ status: 409 });
    const options = { pageSize: 5, allowEmptyResult: true, filterType: 'Contains', dncSourceType: 'rds' };
    const listed = await outbound.getOutboundDnclists({
      ...options,
      name: 'EVER',
      sortBy: 'dateCreated',
      sortOrder: 'd',
    });
    expect(listed).toMatchObject({ total: 1, pageCount: 1, entities: [{ id }] });
    const views = await outbound.getOutboundDnclistsDivisionviews({
      name: 'ever',
      includeSize: true,
      id: [id],
    });
    expect(views.entities).toMatchObject([{ id, size: 0, unusableReasons: [{ code: 'dnc.list.empty' }] }]);
    expect(await outbound.getOutboundDnclistsDivisionview(id, {})).toMatchObject({ id, name: 'Never ever' });
    await outbound.deleteOutboundDnclist(id);
    await expect(outbound.getOutboundDnclist(id)).rejects.toMatchObject({ status: 404 });
  });

  it('keeps entries of each kind', async () => {
    const id = await aList('Mixed');
    await outbound.postOutboundDnclistPhonenumbers(id, ['+4915112345671']);
    await outbound.patchOutboundDnclistPhonenumbers(id, { action: 'Add', phoneNumbers: ['004915112345672'] });
    await outbound.patchOutboundDnclistWhatsappnumbers(id, {
      action: 'Add',
      whatsAppNumbers: ['4915112345673'],
    });
    await outbound.postOutboundDnclistEmailaddresses(id, ['ada@example.org', 'bob@example.org']);
    await outbound.patchOutboundDnclistEmailaddresses(id, {
      action: 'Remove',
      emailAddresses: ['bob@example.org'],
    });
    expect(await sizeOf(id)).toBe(4);
    await outbound.deleteOutboundDnclistWhatsappnumbers(id, { expiredOnly: true });
    expect(await sizeOf(id)).toBe(4);
    await outbound.deleteOutboundDnclistPhonenumbers(id);
    expect(await sizeOf(id)).toBe(1);
    await outbound.deleteOutboundDnclistEmailaddresses(id);
    expect(await sizeOf(id)).toBe(0);
    const custom = await aList('Customers', {
      dncSourceType: 'rds_custom',
      customExclusionColumn: 'customer',
    });
    const customExclusionColumnEntries = ['C-17', 'C-18'];
    await outbound.patchOutboundDnclistCustomexclusioncolumns(custom, {
      action: 'Add',
      customExclusionColumnEntries,
    });
    expect(await sizeOf(custom)).toBe(2);
    await outbound.deleteOutboundDnclistCustomexclusioncolumns(custom);
    expect(await sizeOf(custom)).toBe(0);
  });

  it('imports a file and exports what it held', async () => {
    const id = await aList('From a file', { contactMethod: 'WhatsApp' });
    const soon = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 16)}Z`;
    const upload = await outbound.postOutboundDnclistsUploads({
      contentType: 'text/csv',
      id,
      whatsAppColumns: 'number',
      expirationDateTimeColumn: 'until',
    });
    const body = `name,number,until\nAda,+49 151 12345671,${soon}\nBob,+4915112345672,\n`;
    const put = await fetch(upload.url!, { method: 'PUT', headers: upload.headers, body });
    expect(put.status).toBe(200);
    await eventually('the import', async () => {
      const { state, percentComplete } = await outbound.getOutboundDnclistImportstatus(id);
      return !state && percentComplete === 100;
    });
    expect(await outbound.postOutboundDnclistExport(id)).toMatchObject({ id });
    const { uri } = await eventually('the export', () => outbound.getOutboundDnclistExport(id, {}));
    const link = await fetch(`${uri!}?issueRedirect=false`, {
      headers: {
        authorization: `Bearer ${await app.tokenFor(['outbound:dncList:view', 'outbound:dnc:view'])}`,
      },
    });
    const file = await fetch(((await link.json()) as { url: string }).url);
    expect((await file.text()).trim().split(/\r?\n/u)).toEqual([
      'entry,type,expirationDateTime',
      `+49 151 12345671,number,${soon}`,
      '+4915112345672,number,',
    ]);
  });
});
