import { randomUUID } from 'node:crypto';
import { EventLog, type OutboundEvent } from '../../../src/modules/event-log/index.js';
import { EventLogSweeper } from '../../../src/modules/event-log/event-log.sweeper.js';
import { EventsRepository } from '../../../src/modules/event-log/events.repository.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { withCorrelation } from '../../../src/platform/logging/request-context.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { startTestApp, type TestApp } from '../../support/app.js';

const EVENTS = '/api/v2/outbound/events';

describe('the event log', () => {
  let app: TestApp;
  let log: EventLog;

  beforeAll(async () => {
    app = await startTestApp();
    log = app.app.get(EventLog, { strict: false });
  });

  afterAll(() => app?.close());

  const aCampaign = () => ({ kind: 'messagingCampaign', id: randomUUID(), name: 'Autumn' }) as const;
  const about = (id: string) => app.admin.get(`${EVENTS}?entityId=${id}`).expect(200);
  const invalidated = (changes: Partial<OutboundEvent> = {}): OutboundEvent => ({
    code: 'CAMPAIGN_INVALIDATED',
    message: 'The campaign can not go on: {why}.',
    params: { why: 'its template is paused' },
    entity: aCampaign(),
    ...changes,
  });

  it('shows what happened to what, with category and level of the code', async () => {
    const entity = aCampaign();
    const related = { kind: 'response', id: randomUUID(), name: 'Offer' } as const;
    await withCorrelation('c-17', {}, () => log.record(invalidated({ entity, related })));
    const { body } = await about(entity.id);
    expect(body).toMatchObject({ total: 1, pageCount: 1, pageNumber: 1 });
    const [event] = body.entities;
    expect(event).toEqual({
      id: expect.any(String),
      errorEntity: {
        id: entity.id,
        name: 'Autumn',
        selfUri: `/api/v2/outbound/messagingcampaigns/${entity.id}`,
      },
      relatedEntity: {
        id: related.id,
        name: 'Offer',
        selfUri: `/api/v2/responsemanagement/responses/${related.id}`,
      },
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/u),
      level: 'ERROR',
      category: 'MESSAGING_CAMPAIGN',
      correlationId: 'c-17',
      eventMessage: {
        code: 'CAMPAIGN_INVALIDATED',
        message: 'The campaign can not go on: its template is paused.',
        messageWithParams: 'The campaign can not go on: {why}.',
        messageParams: { why: 'its template is paused' },
        resourceURIs: [
          `/api/v2/outbound/messagingcampaigns/${entity.id}`,
          `/api/v2/responsemanagement/responses/${related.id}`,
        ],
      },
      selfUri: `${EVENTS}/${event.id}`,
    });
    expect((await app.admin.get(`${EVENTS}/${event.id}`).expect(200)).body).toEqual(event);
    expect((await about(related.id)).body.total).toBe(1);
  });

  it('answers 404 for an event that is not there', async () => {
    await app.admin.get(`${EVENTS}/${randomUUID()}`).expect(404);
  });

  it('keeps no event of what was rolled back', async () => {
    const entity = aCampaign();
    const uow = app.app.get(UnitOfWork, { strict: false });
    const work = uow.run(async () => {
      await log.record(invalidated({ entity }));
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect((await about(entity.id)).body.total).toBe(0);
  });

  it('keeps no telephone numbers', async () => {
    const entity = aCampaign();
    await log.record(invalidated({ entity, params: { why: '+4915112345678 is no number' } }));
    const { body } = await about(entity.id);
    expect(JSON.stringify(body)).not.toContain('4915112345678');
  });

  it('does not repeat an event that is to stay quiet, except about something else', async () => {
    const [entity, other] = [aCampaign(), aCampaign()];
    for (const each of [entity, entity, other]) {
      await log.record(invalidated({ entity: each, quietMs: 60_000 }));
    }
    await log.record(invalidated({ entity, code: 'CAMPAIGN_START_ERROR', quietMs: 60_000 }));
    expect((await about(entity.id)).body.total).toBe(2);
    expect((await about(other.id)).body.total).toBe(1);
    await app.db.query(`UPDATE outbound_events SET occurred_at = occurred_at - interval '61 seconds'`);
    await log.record(invalidated({ entity, quietMs: 60_000 }));
    expect((await about(entity.id)).body.total).toBe(3);
  });

  it('filters by category and level, by their beginning or as filterType says, and sorts', async () => {
    const entity = aCampaign();
    await log.record(invalidated({ entity }));
    await log.record(invalidated({ entity, code: 'CAMPAIGN_RULE_START_ERROR' }));
    await log.record(invalidated({ entity, code: 'RECYCLE_CAMPAIGN', category: 'CAMPAIGN' }));
    const codes = async (query: string): Promise<string[]> => {
      const { body } = await app.admin.get(`${EVENTS}?entityId=${entity.id}&${query}`).expect(200);
      return body.entities.map((event: { eventMessage: { code: string } }) => event.eventMessage.code);
    };
    const [invalid, rule, recycle] = [
      'CAMPAIGN_INVALIDATED',
      'CAMPAIGN_RULE_START_ERROR',
      'RECYCLE_CAMPAIGN',
    ];
    expect(await codes('')).toEqual([recycle, rule, invalid]);
    expect(await codes('sortBy=timestamp')).toEqual([invalid, rule, recycle]);
    expect(await codes('sortBy=code&sortOrder=descending')).toEqual([recycle, rule, invalid]);
    expect(await codes('category=CAMPAIGN')).toEqual([recycle, rule]);
    expect(await codes('category=CAMPAIGN&filterType=Equals')).toEqual([recycle]);
    expect(await codes('category=RULE&filterType=EndsWith')).toEqual([rule]);
    expect(await codes('level=INFO')).toEqual([recycle]);
    expect(await codes('level=error&sortBy=timestamp&sortOrder=a')).toEqual([invalid, rule]);
    expect(await codes('category=%25')).toEqual([]);
    expect(await codes('pageSize=1&pageNumber=2')).toEqual([rule]);
    expect(await codes('pageNumber=9')).toEqual([]);
  });

  it.each(['sortBy=colour', 'sortOrder=up', 'filterType=RegEx', 'entityId=7'])(
    'refuses the query %s',
    async (query) => {
      await app.admin.get(`${EVENTS}?${query}`).expect(400);
    },
  );

  it('forgets events after 90 days', async () => {
    const [old, young] = [aCampaign(), aCampaign()];
    await log.record(invalidated({ entity: old }));
    await log.record(invalidated({ entity: young }));
    await app.db.query(
      `UPDATE outbound_events SET occurred_at = now() - interval '91 days' WHERE error_entity ->> 'id' = $1`,
      [old.id],
    );
    const sweeper = new EventLogSweeper(
      app.app.get(EventsRepository, { strict: false }),
      app.app.get(Logger, { strict: false }),
    );
    await sweeper.sweep();
    expect((await about(old.id)).body.total).toBe(0);
    expect((await about(young.id)).body.total).toBe(1);
  });
});
