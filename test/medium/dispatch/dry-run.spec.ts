import { randomUUID } from 'node:crypto';
import { OptOuts } from '../../../src/modules/dnc-lists/index.js';
import { CampaignWorld, PATH } from '../campaigns/campaign-fixtures.js';

interface Contact {
  id: string;
  cells: Record<string, string>;
  contactable?: boolean;
}

describe('a dry run', () => {
  let world: CampaignWorld;

  beforeAll(async () => {
    world = await CampaignWorld.start();
  });

  afterAll(() => world?.close());

  async function add(contactListId: string, contacts: Contact[]): Promise<void> {
    for (const { id, cells, contactable = true } of contacts) {
      const ids = /^\d+$/u.test(cells.wa ?? '') ? { wa: { id: cells.wa, key: cells.wa } } : {};
      await world.app.db.query(
        `INSERT INTO contacts (contact_list_id, contact_id, data, whatsapp_ids, contactable)
         VALUES ($1, $2, $3, $4, $5)`,
        [contactListId, id, JSON.stringify(cells), JSON.stringify(ids), contactable],
      );
    }
  }

  const snapshot = async () =>
    world.app.db.query(
      `SELECT (SELECT count(*) FROM campaign_runs) AS runs, (SELECT count(*) FROM campaign_messages) AS messages,
              (SELECT json_agg(c ORDER BY c.id) FROM messaging_campaigns c) AS campaigns`,
    );

  const auditEvents = async () => (await world.app.db.query(`SELECT FROM audit_events`)).length;

  it('tells who would be messaged, in which order, and who would not and why, and changes nothing', async () => {
    const [contactListId, dncListId] = [await world.aContactList(), await world.aDncList()];
    await world.app.db.query(`DELETE FROM contacts WHERE contact_list_id = $1`, [contactListId]);
    const cells = (wa: string, amount: string, voucher = 'X1') => ({
      wa,
      amount,
      voucher,
      first_name: 'Eva',
    });
    await add(contactListId, [
      { id: 'low', cells: cells('4915110000001', '5') },
      { id: 'high', cells: cells('4915110000002', '900') },
      { id: 'twin', cells: cells('4915110000002', '100') },
      { id: 'listed', cells: cells('491510000001', '50') },
      { id: 'noNumber', cells: cells('none', '40') },
      { id: 'gone', cells: cells('4915110000003', '30'), contactable: false },
      { id: 'empty', cells: cells('4915110000004', '20', '') },
    ]);
    const { id } = await world.create(
      {
        dncLists: [{ id: dncListId }],
        contactSorts: [{ fieldName: 'amount', direction: 'DESC', numeric: true }],
      },
      { contactListId },
    );
    const before = await snapshot();
    const { body } = await world.app.admin.post(`${PATH}/${id}/dryrun`).expect(200);
    expect(body).toMatchObject({ totalContacts: 7, filteredOutContacts: 0, wouldBeMessaged: 2 });
    expect(body).toMatchObject({ problems: [], undecided: [], wouldWait: 0 });
    const skipped = body.wouldBeSkipped as {
      disposition: string;
      count: number;
      exampleContactId?: string;
    }[];
    expect(
      skipped
        .map(({ disposition, count, exampleContactId }) => [disposition, count, exampleContactId])
        .sort(),
    ).toEqual([
      ['ININ-OUTBOUND-NUMBERS-INVALID', 1, 'noNumber'],
      ['ININ-OUTBOUND-ON-DO-NOT-CALL-LIST', 1, 'listed'],
      ['OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED', 1, undefined],
      ['OUTBOUND-CONTACT-UNCONTACTABLE-SKIPPED', 1, 'gone'],
      ['OUTBOUND-RULE-ERROR-SKIPPED', 1, 'empty'],
    ]);
    const rows = body.firstContacts as { contactId: string; text?: string; disposition?: string }[];
    expect(rows.map(({ contactId, text, disposition }) => [contactId, text ?? disposition])).toEqual([
      ['high', 'Hallo Eva: X1'],
      ['twin', 'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED'],
      ['listed', 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST'],
      ['noNumber', 'ININ-OUTBOUND-NUMBERS-INVALID'],
      ['gone', 'OUTBOUND-CONTACT-UNCONTACTABLE-SKIPPED'],
      ['empty', 'OUTBOUND-RULE-ERROR-SKIPPED'],
      ['low', 'Hallo Eva: X1'],
    ]);
    expect(await snapshot()).toEqual(before);
  });

  it('tells the same of a campaign that is not saved, and saves and notes nothing', async () => {
    const [contactListId, dncListId] = [await world.aContactList(), await world.aDncList()];
    await add(contactListId, [
      { id: 'fine', cells: { wa: '4915110000011', voucher: 'X', first_name: 'Ida' } },
      { id: 'stopped', cells: { wa: '4915110000012', voucher: 'X', first_name: 'Jo' } },
      { id: 'noMarketing', cells: { wa: '4915110000013', voucher: 'X', first_name: 'Kai' } },
      { id: 'long', cells: { wa: '4915110000014', voucher: 'X', first_name: 'x'.repeat(1_030) } },
    ]);
    const body = { ...(await world.aBody({ contactListId })), dncLists: [{ id: dncListId }] };
    const { id: sender } = body.whatsAppConfig.whatsAppIntegration;
    const senderNumber = '+4915792300001';
    const stop = { direction: 'stop', source: 'keyword', at: new Date() } as const;
    await world.app.app.get(OptOuts).apply([
      { ...stop, key: randomUUID(), whatsAppId: '4915110000012', scope: 'all' },
      { ...stop, key: randomUUID(), whatsAppId: '4915110000013', scope: 'marketing', sender, senderNumber },
    ]);
    const [audits, before] = [await auditEvents(), await snapshot()];
    const { body: unsaved } = await world.app.admin.post(`${PATH}/dryrun`).send(body).expect(200);
    expect(await snapshot()).toEqual(before);
    expect(await auditEvents()).toBe(audits);
    const { id } = await world.create(body);
    const { body: saved } = await world.app.admin.post(`${PATH}/${id}/dryrun`).expect(200);
    expect(unsaved).toEqual(saved);
    const rows = unsaved.firstContacts as { contactId: string; text?: string; disposition?: string }[];
    expect(rows.slice(1).map(({ contactId, text, disposition }) => [contactId, text ?? disposition])).toEqual(
      [
        ['fine', 'Hallo Ida: X'],
        ['stopped', 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST'],
        ['noMarketing', 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST'],
        ['long', 'OUTBOUND-MAX-MESSAGE-LENGTH-EXCEEDED'],
      ],
    );
    expect(unsaved.wouldBeMessaged).toBe(1);
  });

  it('refuses a campaign that could not be created, with all reasons but the name', async () => {
    const { name, ...body } = await world.aBody();
    await world.create({ ...body, name });
    await world.app.admin
      .post(`${PATH}/dryrun`)
      .send({ ...body, name })
      .expect(200);
    await world.app.admin.post(`${PATH}/dryrun`).send(body).expect(200);
    const wrong = { ...body, messagesPerMinute: 0, contactSorts: [{ fieldName: 'age' }] };
    const { body: error } = await world.app.admin.post(`${PATH}/dryrun`).send(wrong).expect(400);
    expect(error.details.map(({ fieldName }: { fieldName: string }) => fieldName)).toEqual([
      'contactSorts',
      'messagesPerMinute',
    ]);
    const { body: shape } = await world.app.admin.post(`${PATH}/dryrun`).send([]).expect(400);
    expect(JSON.stringify(shape)).toContain('contactList');
  });

  it('says why a saved campaign could not be started', async () => {
    const { id, contactList } = await world.create();
    await world.emptyList(contactList.id!);
    const { body } = await world.app.admin.post(`${PATH}/${id}/dryrun`).expect(200);
    expect(body).toMatchObject({ totalContacts: 0, problems: [{ error: 'contact.list.empty' }] });
  });

  it('shows contacts only to who may see them, and campaigns of other divisions to nobody', async () => {
    const { id } = await world.create();
    const viewer = await world.app.as(['outbound:whatsAppCampaign:view']);
    const { body } = await viewer.post(`${PATH}/${id}/dryrun`).expect(200);
    expect(body).toMatchObject({ totalContacts: 1, firstContacts: [] });
    const elsewhere = await world.app.createDivision('Elsewhere');
    const stranger = await world.app.as(['outbound:whatsAppCampaign:view'], [elsewhere]);
    await stranger.post(`${PATH}/${id}/dryrun`).expect(404);
  });
});
