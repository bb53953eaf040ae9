import { randomUUID } from 'node:crypto';
import { AccessFixtures, AUTH } from '../../medium/access/access-fixtures.js';
import { CampaignWorld, PATH } from '../../medium/campaigns/campaign-fixtures.js';
import { MessageFixtures } from '../../medium/reporting/message-fixtures.js';

/** The product with two divisions; everything is made in the north, and callers from the south have nothing there. */
export class AccessWorld {
  private readonly messages: MessageFixtures;
  private readonly access: AccessFixtures;

  private constructor(
    readonly campaigns: CampaignWorld,
    readonly north: string,
    readonly south: string,
  ) {
    this.messages = new MessageFixtures(campaigns.app.db);
    this.access = new AccessFixtures(campaigns.app);
  }

  static async start(): Promise<AccessWorld> {
    const campaigns = await CampaignWorld.start();
    const north = await campaigns.app.createDivision('North');
    const south = await campaigns.app.createDivision('South');
    return new AccessWorld(campaigns, north, south);
  }

  get app() {
    return this.campaigns.app;
  }

  close(): Promise<void> {
    return this.campaigns.close();
  }

  list(): Promise<string> {
    return this.campaigns.aContactList({ divisionId: this.north });
  }

  /** A list and a bulk job of it, as `listId/contacts/bulk/jobs/jobId`. */
  async bulkJob(): Promise<string> {
    const listId = await this.list();
    const jobId = await this.insert(
      `INSERT INTO contact_bulk_jobs (contact_list_id, type, selection, last_seq, state, finished_at)
       VALUES ($1, 'BulkDelete', '{}', 0, 'complete', now()) RETURNING id`,
      [listId],
    );
    return `${listId}/contacts/bulk/jobs/${jobId}`;
  }

  /** A list with an export that is complete. */
  async exportedList(): Promise<string> {
    const id = await this.list();
    await this.insert(
      `INSERT INTO export_files (kind, subject_id, owner_id, options, layout, state, download_name, file_name,
                                 finished_at, expires_at)
       VALUES ('contact-list', $1, 'nobody', '{"purpose": "export"}', '{}', 'complete', 'list.csv', 'x', now(),
               now() + interval '1 hour') RETURNING id`,
      [id],
    );
    return id;
  }

  /** A list and one of its contacts, as `listId/contacts/contactId`. */
  async contact(): Promise<string> {
    return `${await this.list()}/contacts/c1`;
  }

  dncList(): Promise<string> {
    return this.campaigns.aDncList({ divisionId: this.north });
  }

  /** A DNC list with an export that is complete. */
  async exportedDncList(): Promise<string> {
    const id = await this.dncList();
    await this.insert(
      `INSERT INTO export_files (kind, subject_id, owner_id, layout, state, download_name, file_name, finished_at,
                                 expires_at)
       VALUES ('dnc-list', $1::uuid, $1::text, '{}', 'complete', 'dnc.csv', 'x', now(), now() + interval '1 hour') RETURNING id`,
      [id],
    );
    return id;
  }

  /** A DNC list that takes numbers and e-mail addresses. */
  async mixedDncList(): Promise<string> {
    const id = await this.dncList();
    await this.app.db.query(`UPDATE dnc_lists SET contact_method = 'Any' WHERE id = $1`, [id]);
    return id;
  }

  /** A DNC list of values of a contact column. */
  async customDncList(): Promise<string> {
    const id = await this.dncList();
    await this.app.db.query(
      `UPDATE dnc_lists SET dnc_source_type = 'rds_custom', custom_exclusion_column = 'customer' WHERE id = $1`,
      [id],
    );
    return id;
  }

  integration(): Promise<string> {
    return this.campaigns.anIntegration();
  }

  /** An integration that waits for its number to be activated. */
  async signedUpIntegration(): Promise<string> {
    const id = await this.campaigns.anIntegration({ active: false });
    const numbers = [
      { phoneNumberId: randomUUID(), wabaId: 'w', name: 'Shop', phoneNumber: '+4915792300002' },
    ];
    await this.app.db.query(
      `UPDATE whatsapp_integrations SET available_phone_numbers = $2, phone_number = NULL WHERE id = $1`,
      [id, JSON.stringify(numbers)],
    );
    return id;
  }

  /** Supported content or a messaging setting. */
  async profile(kind: 'supportedcontent' | 'settings', { isDefault = false } = {}): Promise<string> {
    const table = kind === 'settings' ? 'messaging_settings' : 'supported_contents';
    if (isDefault) await this.app.db.query(`UPDATE ${table} SET is_default = false`);
    return this.insert(`INSERT INTO ${table} (name, is_default) VALUES ($1, $2) RETURNING id`, [
      `Profile ${randomUUID()}`,
      isDefault,
    ]);
  }

  async library(): Promise<string> {
    return this.insert(`INSERT INTO response_libraries (name, division_id) VALUES ($1, $2) RETURNING id`, [
      `Library ${randomUUID()}`,
      this.north,
    ]);
  }

  /** A response in a library of the north. */
  async response(): Promise<{ id: string; libraryId: string }> {
    const libraryId = await this.library();
    const id = await this.insert(
      `WITH made AS (INSERT INTO responses (name, texts) VALUES ('R', '[{"content":"x"}]') RETURNING id)
       INSERT INTO response_library_members (response_id, library_id) SELECT id, $1 FROM made RETURNING response_id AS id`,
      [libraryId],
    );
    return { id, libraryId };
  }

  /** A response that WhatsApp campaigns can send. */
  async template(): Promise<string> {
    const { id } = await this.response();
    await this.app.db.query(
      `UPDATE responses SET response_type = 'MessagingTemplate',
              messaging_template = '{"whatsApp": {"name": "x", "language": "en"}}' WHERE id = $1`,
      [id],
    );
    return id;
  }

  /** A body for a new campaign in the north. */
  async campaignBody(): Promise<object> {
    const body = await this.campaigns.aBody({ contactListId: await this.list() });
    return { ...body, division: { id: this.north } };
  }

  async campaign(): Promise<{ id: string }> {
    const { body, status, text } = await this.app.admin.post(PATH).send(await this.campaignBody());
    if (status !== 200) throw new Error(`${status} ${text}`);
    return body as { id: string };
  }

  /** The id of a campaign of the north that has a schedule. */
  async schedule(interval: { start: string; end: string }): Promise<string> {
    const { id } = await this.campaign();
    const path = `/api/v2/outbound/schedules/whatsappcampaigns/${id}`;
    await this.app.admin
      .put(path)
      .send({ intervals: [interval] })
      .expect(200);
    return id;
  }

  /** A message of a campaign of the north. */
  async message(): Promise<string> {
    const campaignId = await this.messages.addCampaign({ name: `C ${randomUUID()}`, divisionId: this.north });
    const [id] = await this.messages.add({ campaignId, divisionId: this.north });
    return id!;
  }

  /** A query whose results are fetched page by page. */
  async job(kind: 'details' | 'aggregates', query: object): Promise<string> {
    const path = `/api/v2/analytics/conversations/${kind}/jobs`;
    const { body } = await this.app.admin.post(path).send(query).expect(202);
    return String(body.jobId);
  }

  /** A channel of the only caller that has this token, and the token. */
  async channel(): Promise<{ id: string; token: string }> {
    const token = await this.app.tokenFor([]);
    const { body } = await this.app.withToken(token).post('/api/v2/notifications/channels').expect(200);
    return { id: String(body.id), token };
  }

  event(): Promise<string> {
    return this.insert(
      `INSERT INTO outbound_events (level, category, code, message_with_params, message_params, correlation_id)
       VALUES ('INFO', 'CAMPAIGN', 'CAMPAIGN_STOPPED', 'It stopped.', '{}', 'c') RETURNING id`,
      [],
    );
  }

  async settingsVersion(): Promise<number> {
    const { body } = await this.app.admin.get('/api/v2/outbound/settings').expect(200);
    return body.version;
  }

  /** A division without objects. */
  division(): Promise<string> {
    return this.app.createDivision(`Division ${randomUUID()}`);
  }

  async deletedDivision(): Promise<string> {
    const id = await this.division();
    await this.app.admin.delete(`${AUTH}/divisions/${id}`).expect(204);
    return id;
  }

  /** A role without permissions: to hand it out takes no more than the permission to hand out. */
  role(): Promise<string> {
    return this.access.aRole([]);
  }

  async user(): Promise<string> {
    const id = await this.access.aUser();
    await this.app.db.query(`UPDATE users SET division_id = $2 WHERE id = $1`, [id, this.north]);
    return id;
  }

  /** A user who holds a role in the north and nothing else. */
  async grant(): Promise<{ userId: string; roleId: string }> {
    const [userId, roleId] = [await this.user(), await this.role()];
    const status = await this.access.grant(userId, this.north, roleId);
    if (status !== 204) throw new Error(`The grant was answered with ${status}`);
    return { userId, roleId };
  }

  /** A token that has been good and no longer is. */
  async expiredToken(): Promise<string> {
    const token = await this.app.tokenFor([]);
    await this.app.db.query(
      `UPDATE access_tokens SET expires_at = now() - interval '1 second' WHERE token_hash = sha256($1::text::bytea)`,
      [token],
    );
    return token;
  }

  async insert(sql: string, params: unknown[]): Promise<string> {
    const [row] = await this.app.db.query<{ id: string }[]>(sql, params);
    return row!.id;
  }
}
