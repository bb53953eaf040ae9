import { OutboundSettingsService } from '../../../src/modules/outbound-settings/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';

const SETTINGS = '/api/v2/outbound/settings';

describe('outbound settings', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app?.close());

  const read = async () => (await app.admin.get(SETTINGS).expect(200)).body;
  const patch = async (changes: object) =>
    app.admin.patch(SETTINGS).send({ version: (await read()).version, ...changes });

  it('have defaults', async () => {
    expect(await read()).toMatchObject({
      version: 1,
      timeZone: 'UTC',
      rescheduleTimeZoneSkippedContacts: true,
      selfUri: SETTINGS,
    });
  });

  it('change what is given, keep the rest, and take null for the default', async () => {
    const windows = [{ mapped: { earliestCallableTime: '08:00', latestCallableTime: '21:00' } }];
    const mapping = { callableWindows: windows, supportedCountries: ['US', 'CA'] };
    expect((await patch({ timeZone: 'Europe/Berlin', automaticTimeZoneMapping: mapping })).status).toBe(204);
    expect((await patch({ abandonSeconds: 2.5, contactListDefaultRetentionDays: 30 })).status).toBe(204);
    const settings = await read();
    expect(settings).toMatchObject({
      timeZone: 'Europe/Berlin',
      automaticTimeZoneMapping: mapping,
      abandonSeconds: 2.5,
      contactListDefaultRetentionDays: 30,
    });
    expect(await app.app.get(OutboundSettingsService, { strict: false }).get()).toMatchObject({
      timeZone: 'Europe/Berlin',
      contactListDefaultRetentionDays: 30,
    });
    await patch({ timeZone: null, abandonSeconds: null });
    expect(await read()).toMatchObject({ timeZone: 'UTC', version: settings.version + 1 });
    expect(await read()).not.toHaveProperty('abandonSeconds');
  });

  it('refuse a change without version, and one that is based on an old version', async () => {
    const { body } = await app.admin.patch(SETTINGS).send({ timeZone: 'UTC' }).expect(400);
    expect(body.code).toBe('invalid.update');
    const stale = await patch({ version: 0, timeZone: 'UTC' });
    expect([stale.status, stale.body.code]).toEqual([409, 'invalid.update.wrong.version']);
  });

  it('let one of two changes at once through', async () => {
    const { version } = await read();
    const answers = await Promise.all(
      ['Asia/Tokyo', 'Asia/Kathmandu'].map((timeZone) =>
        app.admin.patch(SETTINGS).send({ version, timeZone }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  it('name everything that is wrong at once', async () => {
    const { status, body } = await patch({
      timeZone: 'Mars',
      contactListDefaultRetentionDays: 0,
      automaticTimeZoneMapping: { callableWindows: [{ mapped: { earliestCallableTime: '25:00' } }] },
    });
    expect(status).toBe(400);
    expect(body.details.map(({ fieldName }: { fieldName: string }) => fieldName).sort()).toEqual([
      'automaticTimeZoneMapping.callableWindows.0.mapped.earliestCallableTime',
      'contactListDefaultRetentionDays',
      'timeZone',
    ]);
  });

  it('tell the audit trail who changed what', async () => {
    await patch({ timeZone: 'America/St_Johns' });
    const { body } = await app.admin.get('/api/v2/audits?entityId=outbound-settings').expect(200);
    expect(body.entities[0]).toMatchObject({
      action: 'Update',
      entityType: 'Settings',
      propertyChanges: [expect.objectContaining({ property: 'timeZone', newValues: ['America/St_Johns'] })],
    });
  });
});
