import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type request from 'supertest';
import { ExportsSweeper } from '../../../src/modules/exports/exports.sweeper.js';
import { InteractionMonths } from '../../../src/modules/reporting/interactions/interaction-months.js';
import { Config } from '../../../src/platform/config/config.js';
import { openTable, readTable } from '../../../src/platform/xlsx/table-file.js';
import { type Client, startTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { LiveClient } from '../../support/live-client.js';
import { MessageFixtures } from './message-fixtures.js';

const EXPORTS = '/api/v2/analytics/reporting/exports';
const LIMIT = 4;
const CUT =
  `Cut: there are more interactions than the ${LIMIT} that a file may hold; ` +
  'narrow the interval or the filter, or fetch the interactions by a details job.';
const ANALYST = [
  'analytics:dataExport:add',
  'analytics:dataExport:view',
  'analytics:conversationDetail:view',
] as const;

interface Exported {
  id: string;
  status: string;
  downloadUrl?: string;
  message?: string;
}

describe('exports of interactions', () => {
  let app: TestApp;
  let folder: string;
  let messages: MessageFixtures;
  let south: string;
  let northCampaign: string;
  let southMessage: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'report-exports-'));
    app = await startTestApp({ role: 'all', env: { REPORT_EXPORT_MAX_ROWS: String(LIMIT) } });
    messages = new MessageFixtures(app.db);
    south = await app.createDivision('South');
    northCampaign = await messages.addCampaign({ name: '=North; "1"', divisionId: app.homeDivisionId });
    const southCampaign = await messages.addCampaign({ name: 'South', divisionId: south });
    const north = { campaignId: northCampaign, divisionId: app.homeDivisionId };
    const [, , , only] = await messages.add(
      {
        ...north,
        contactId: '@evil',
        address: '4915112345601',
        sentAt: '2026-11-10T10:00:01Z',
        deliveredAt: '2026-11-10T10:00:03Z',
        readAt: '2026-11-10T12:00:00Z',
      },
      {
        ...north,
        contactId: 'c2',
        address: '4915112345602',
        // Half a year earlier the clocks show another hour.
        startedAt: '2026-07-01T22:30:00Z',
        disposition: 'OUTBOUND-MESSAGE-FAILED',
        failedAt: '2026-07-01T22:30:01Z',
        errorCode: 131026,
        errorText: 'Message undeliverable',
        errorDetail: 'InvalidDestination',
      },
      { ...north, contactId: 'c3', startedAt: '2026-11-11T10:00:00Z', settledAt: null },
      { campaignId: southCampaign, divisionId: south, contactId: 'c4' },
      { campaignId: southCampaign, divisionId: south, contactId: 'c5', startedAt: '2026-11-12T00:00:00Z' },
    );
    southMessage = only!;
  });

  afterAll(async () => {
    await app?.close();
    await rm(folder, { recursive: true });
  });

  const asked = (changes: object = {}): object => ({
    name: 'Autumn: all',
    timeZone: 'UTC',
    exportFormat: 'CSV',
    interval: '2026-01-01T00:00:00Z/2027-01-01T00:00:00Z',
    period: 'P1D',
    viewType: 'INTERACTION_SEARCH_VIEW',
    filter: {},
    locale: 'sv-SE',
    selectedColumns: [{ columnName: 'contactId' }],
    ...changes,
  });

  async function exported(client: Client, changes: object = {}): Promise<Exported> {
    const { body: started } = await client.post(EXPORTS).send(asked(changes)).expect(200);
    expect(started).toMatchObject({ runId: started.id, ...asked(changes) });
    return eventually('the export', async () => {
      const { body } = await client.get(EXPORTS).expect(200);
      const found = (body.entities as Exported[]).find(({ id }) => id === started.id);
      return found && !['SUBMITTED', 'RUNNING'].includes(found.status) && found;
    });
  }

  async function download(client: Client, { downloadUrl }: Exported): Promise<Buffer> {
    const { headers } = await client.get(new URL(downloadUrl!).pathname).expect(302);
    const { pathname, search } = new URL(headers.location!);
    const response = await asBuffer(app.anonymous.get(pathname + search)).expect(200);
    return response.body as Buffer;
  }

  const asBuffer = (test: request.Test): request.Test =>
    test.buffer(true).parse((stream, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => done(null, Buffer.concat(chunks)));
    });

  it('hold the columns asked for, in that order, as the locale, the time zone and the delimiter say', async () => {
    const columns = ['addressTo', 'contactId', 'campaignName', 'conversationStart', 'wrapUpCode'];
    const statuses = ['deliveryStatus', 'errorCode', 'deliveryStatusDetails', 'deliveredDate', 'readDate'];
    const file = await exported(app.admin, {
      locale: 'de-DE',
      timeZone: 'Europe/Berlin',
      csvDelimiter: 'SEMICOLON',
      filter: { outboundCampaignIds: [northCampaign], isEnded: true },
      selectedColumns: [...columns, ...statuses].map((columnName, columnOrder) => ({
        columnOrder,
        columnName,
      })),
    });
    expect(file).toMatchObject({ status: 'COMPLETED', percentageComplete: 100, rowCount: 2 });
    const [header, first, second, ...none] = (await download(app.admin, file)).toString().split('\n');
    expect(none).toEqual(['']);
    expect(header).toBe(
      'To;Contact ID;Campaign Name;Start;Wrap-up;Delivery Status;Error Code;Delivery Status Details;Delivered;Read',
    );
    expect(first).toBe(
      `+4915112345602;c2;"'=North; ""1""";02.07.2026, 00:30:00;OUTBOUND-MESSAGE-FAILED;Failed;131026;InvalidDestination;;`,
    );
    expect(second).toBe(
      `+4915112345601;'@evil;"'=North; ""1""";10.11.2026, 11:00:00;OUTBOUND-MESSAGE-SENT;Read;;;10.11.2026, 11:00:03;10.11.2026, 13:00:00`,
    );
  });

  it.each(['CSV', 'XLSX'])(
    'that were cut are partial, and the file itself says so and why: %s',
    async (exportFormat) => {
      const file = await exported(app.admin, {
        exportFormat,
        selectedColumns: [{ columnName: 'contactId' }, { columnName: 'conversationStart' }],
      });
      expect(file).toMatchObject({ status: 'COMPLETED_WITH_PARTIAL_RESULTS', rowCount: LIMIT, message: CUT });
      expect(await rowsOf(await download(app.admin, file), exportFormat)).toEqual([
        ['Contact ID', 'Start'],
        ['c2', '2026-07-01 22:30:00'],
        // Guarded in a CSV; of a workbook, read as if it were.
        ["'@evil", '2026-11-10 10:00:00'],
        ['c4', '2026-11-10 10:00:00'],
        ['c3', '2026-11-11 10:00:00'],
        [CUT, ''],
      ]);
    },
  );

  async function rowsOf(file: Buffer, format: string): Promise<string[][]> {
    const name = path.join(folder, `file.${format.toLowerCase()}`);
    await writeFile(name, file);
    const table = await openTable(name);
    const rows: string[][] = [table.header];
    for await (const batch of readTable(table, { batchSize: 100 }))
      rows.push(...batch.rows.map(({ cells }) => cells));
    return rows;
  }

  it('hold what whoever asked could see then, and open to nobody else, nor to them once they may see less', async () => {
    const token = await app.tokenFor([...ANALYST], [south]);
    const analyst = app.withToken(token);
    const file = await exported(analyst, { selectedColumns: [{ columnName: 'conversationId' }] });
    const ids = (await download(analyst, file)).toString().trim().split('\n').slice(1);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(southMessage);

    const { pathname } = new URL(file.downloadUrl!);
    for (const other of [app.admin, await app.as([...ANALYST], [south])]) {
      await other.get(pathname).expect(404);
      const { body } = await other.get(EXPORTS).expect(200);
      expect((body.entities as Exported[]).map(({ id }) => id)).not.toContain(file.id);
    }
    const { body: me } = await analyst.get('/api/v2/tokens/me').expect(200);
    await app.admin
      .delete(
        `/api/v2/authorization/subjects/${me.OAuthClient.id}/divisions/${south}/roles/${await roleOf(me.OAuthClient.id)}`,
      )
      .expect(204);
    await analyst.get(pathname).expect(404);
  });

  async function roleOf(subjectId: string): Promise<string> {
    const [grant] = await app.db.query<[{ role: string }]>(
      `SELECT role_id AS role FROM grants WHERE subject_id = $1`,
      [subjectId],
    );
    return grant.role;
  }

  it('are refused with everything that is wrong at once', async () => {
    const wrong = {
      name: '',
      timeZone: 'Mars',
      exportFormat: 'PDF',
      interval: 'x',
      period: 'x',
      viewType: 'AGENT_PERFORMANCE_SUMMARY_VIEW',
      filter: { queueIds: ['a'] },
      locale: 'xx',
      csvDelimiter: 'TAB',
      selectedColumns: [{ columnName: 'mos' }],
      recipientEmails: ['a@example.com'],
      hasSummaryRow: true,
    };
    const { body } = await app.admin.post(EXPORTS).send(wrong).expect(400);
    const messages = body.details.map(
      ({ errorCode, fieldName }: Record<string, string>) => fieldName ?? errorCode,
    );
    expect(messages.sort()).toEqual(
      [
        ...Object.keys(wrong).filter((name) => name !== 'selectedColumns'),
        'selectedColumns.0.columnName',
      ].sort(),
    );
    expect(JSON.stringify(body)).toContain('exportFormat PDF is not supported; use CSV or XLSX');
    await app.admin
      .post(EXPORTS)
      .send(asked({ filter: undefined }))
      .expect(400);
    const twice = [{ columnName: 'contactId' }, { columnName: 'contactId' }];
    await app.admin
      .post(EXPORTS)
      .send(asked({ selectedColumns: twice }))
      .expect(400);
    const many = { addressTos: Array(600).fill('1'), contactIds: Array(600).fill('1') };
    await app.admin
      .post(EXPORTS)
      .send(asked({ filter: many }))
      .expect(400);
    await (await app.as(['analytics:dataExport:add'])).post(EXPORTS).send(asked()).expect(403);
  });

  it('are listed page by page, the newest first, and their metadata names what can be asked for', async () => {
    const analyst = await app.as([...ANALYST]);
    const first = await exported(analyst, { filter: { isCampaign: false } });
    const second = await exported(analyst, { filter: { conversationIds: [southMessage] } });
    const page = await analyst.get(`${EXPORTS}?pageSize=1`).expect(200);
    expect(page.body).toMatchObject({ total: 2, pageCount: 2, entities: [{ id: second.id, rowCount: 1 }] });
    const last = await analyst.get(`${EXPORTS}?pageSize=1&pageNumber=2`).expect(200);
    expect(last.body).toMatchObject({ entities: [{ id: first.id, rowCount: 0, status: 'COMPLETED' }] });
    const { body } = await analyst.get(`${EXPORTS}/metadata`).expect(200);
    expect(body.entities).toMatchObject([{ viewType: 'INTERACTION_SEARCH_VIEW', requiredFilters: [] }]);
    const all = {
      selectedColumns: body.entities[0].availableColumnIds.map((columnName: string) => ({ columnName })),
    };
    const [header, row] = (await download(analyst, await exported(analyst, all))).toString().split('\n');
    expect(header!.split(',')).toHaveLength(body.entities[0].availableColumnIds.length);
    expect(row).toContain(',message,whatsapp,outbound,');
  });

  it('are told of on the topic of whoever asked, and go when their time is over', async () => {
    const analyst = await app.as([...ANALYST]);
    const { body: me } = await analyst.get('/api/v2/tokens/me').expect(200);
    const topic = `v2.users.${me.OAuthClient.id}.analytics.reporting.exports`;
    const channel = await analyst.post('/api/v2/notifications/channels').expect(200);
    const subscriptions = `/api/v2/notifications/channels/${channel.body.id}/subscriptions`;
    const { body } = await analyst
      .post(subscriptions)
      .send([{ id: topic }])
      .expect(200);
    expect(body.entities).toMatchObject([{ id: topic, state: 'Permitted' }]);
    const live = await LiveClient.open(channel.body.connectUri);
    const file = await exported(analyst);
    const frame = await live.until(topic, ({ id }) => id === file.id);
    expect(frame.eventBody).toMatchObject({ status: file.status, downloadUrl: file.downloadUrl });
    live.socket.close();

    await app.db.query(`UPDATE export_files SET expires_at = now() WHERE id = $1`, [file.id]);
    await app.app.get(ExportsSweeper).clean();
    expect((await analyst.get(EXPORTS).expect(200)).body.total).toBe(0);
    await analyst.get(new URL(file.downloadUrl!).pathname).expect(404);
  });

  it.each(['CSV', 'XLSX'])(
    'say in the file what is no longer kept of what was asked for: %s',
    async (exportFormat) => {
      const months = app.app.get(InteractionMonths);
      await messages.add({ campaignId: northCampaign, startedAt: '2025-01-31T23:59:59Z' });
      const { interactionRetentionDays } = app.app.get(Config);
      const gone = new Date('2025-02-01T00:00:00Z');
      await months.dropOld(new Date(gone.getTime() + interactionRetentionDays * 86_400_000));
      const changes = { exportFormat, filter: { outboundCampaignIds: [northCampaign], isEnded: true } };
      const late = await exported(app.admin, {
        ...changes,
        interval: `${gone.toISOString()}/2027-01-01T00:00:00Z`,
      });
      expect(late).toMatchObject({ status: 'COMPLETED', rowCount: 2 });
      const file = await exported(app.admin, {
        ...changes,
        interval: '2025-01-01T00:00:00Z/2027-01-01T00:00:00Z',
      });
      const note = 'Cut: interactions that began before 2025-02-01T00:00:00.000Z are no longer kept.';
      expect(file).toMatchObject({ status: 'COMPLETED_WITH_PARTIAL_RESULTS', rowCount: 2, message: note });
      expect((await rowsOf(await download(app.admin, file), exportFormat)).slice(2)).toEqual([
        ["'@evil"],
        [note],
      ]);
    },
  );
});
