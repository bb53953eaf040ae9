import { AutomaticSwitch, CampaignLifecycle } from '../../../src/modules/campaigns/index.js';
import { CampaignHealth } from '../../../src/modules/campaigns/health/campaign-health.service.js';
import { CampaignHealthRepository } from '../../../src/modules/campaigns/health/campaign-health.repository.js';
import { eventually } from '../../support/eventually.js';
import { CampaignWorld, PATH, type StoredCampaign as Campaign } from './campaign-fixtures.js';

const PAUSED = [{ error: 'template.not.approved', details: 'The template was paused.' }];

describe('the health of a campaign', () => {
  let world: CampaignWorld;
  let health: CampaignHealth;
  let lifecycle: CampaignLifecycle;

  beforeAll(async () => {
    world = await CampaignWorld.start();
    health = world.app.app.get(CampaignHealth);
    lifecycle = world.app.app.get(CampaignLifecycle);
  });

  afterAll(() => world?.close());

  afterEach(() => world.setTemplateStatus('APPROVED'));

  const admin = () => world.app.admin;

  async function read(id: string): Promise<Campaign> {
    return (await admin().get(`${PATH}/${id}`).expect(200)).body as Campaign;
  }

  async function eventsOf(id: string): Promise<string[]> {
    const rows = await world.app.db.query<{ code: string; level: string }[]>(
      `SELECT code, level FROM outbound_events WHERE error_entity ->> 'id' = $1 ORDER BY occurred_at`,
      [id],
    );
    return rows.map(({ code, level }) => `${level} ${code}`);
  }

  async function setIntegration({ whatsAppConfig }: Campaign, status: string): Promise<void> {
    await world.app.db.query(`UPDATE whatsapp_integrations SET status = $2 WHERE id = $1`, [
      whatsAppConfig?.whatsAppIntegration?.id,
      status,
    ]);
  }

  it('[F34] becomes invalid when the template is paused, and goes on when it returns', async () => {
    const { id } = await world.create({ campaignStatus: 'on' });
    await health.examine(id);
    expect((await read(id)).campaignStatus).toBe('on');
    world.setTemplateStatus('PAUSED');
    await health.examine(id);
    expect(await read(id)).toMatchObject({
      campaignStatus: 'invalid',
      errors: [{ error: 'template.not.approved' }],
    });
    await health.examine(id);
    expect((await read(id)).campaignStatus).toBe('invalid');
    world.setTemplateStatus('APPROVED');
    await health.examine(id);
    expect(await read(id)).toMatchObject({ campaignStatus: 'on', errors: [] });
    expect(await eventsOf(id)).toEqual(['ERROR CAMPAIGN_INVALIDATED', 'INFO CAMPAIGN_INVALIDATED']);
  });

  it('becomes invalid when the integration is lost, and goes on when it is Active again', async () => {
    const campaign = await world.create({ campaignStatus: 'on' });
    await setIntegration(campaign, 'Error');
    await health.examine(campaign.id);
    expect(await read(campaign.id)).toMatchObject({
      campaignStatus: 'invalid',
      errors: [{ error: 'integration.not.active' }],
    });
    await setIntegration(campaign, 'Active');
    await health.examine(campaign.id);
    expect(await read(campaign.id)).toMatchObject({ campaignStatus: 'on', errors: [] });
  });

  it('goes on once when several look at the same moment', async () => {
    const { id, version } = await world.create({ campaignStatus: 'on' });
    await lifecycle.markInvalid(id, PAUSED);
    await Promise.all([1, 2, 3, 4].map(() => health.examine(id)));
    expect(await read(id)).toMatchObject({ campaignStatus: 'on', version: version! + 2 });
    expect(await eventsOf(id)).toHaveLength(2);
  });

  it('stays off when somebody stops it while it is invalid', async () => {
    const { id } = await world.create({ campaignStatus: 'on' });
    await lifecycle.markInvalid(id, PAUSED);
    await Promise.all([admin().post(`${PATH}/${id}/stop`).expect(200), health.examine(id)]);
    // Whichever came first, a stop comes out on top.
    await eventually('the stop', async () => ['off', 'stopping'].includes((await read(id)).campaignStatus!));
    await health.examine(id);
    expect(['off', 'stopping']).toContain((await read(id)).campaignStatus);
    expect(await world.app.app.get(CampaignHealthRepository).findDue(100)).not.toContain(id);
  });

  it('waits longer for the next try each time it fails again after going on', async () => {
    const { id } = await world.create({ campaignStatus: 'on' });
    const minutes = async () => {
      const [row] = await world.app.db.query<[{ minutes: number }]>(
        `SELECT round(extract(epoch FROM resume_at - now()) / 60)::int AS minutes
           FROM messaging_campaign_health WHERE campaign_id = $1`,
        [id],
      );
      return row.minutes;
    };
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await lifecycle.markInvalid(id, PAUSED);
      waits.push(await minutes());
      await health.examine(id);
    }
    expect(waits).toEqual([1, 2, 4]);
  });

  it('waits while another campaign runs on its list meanwhile, and says so', async () => {
    const campaign = await world.create({ campaignStatus: 'on' });
    await lifecycle.markInvalid(campaign.id, PAUSED);
    const rival = await world.create({ campaignStatus: 'on' }, { contactListId: campaign.contactList.id! });
    await health.examine(campaign.id);
    expect(await read(campaign.id)).toMatchObject({
      campaignStatus: 'invalid',
      errors: [{ error: 'resources.in.use' }],
    });
    await admin().post(`${PATH}/${rival.id}/stop`).expect(200);
    await lifecycle.markStopped(rival.id);
    await health.examine(campaign.id);
    expect((await read(campaign.id)).campaignStatus).toBe('on');
  });

  it('shows on a campaign at rest why it could not start, until it can', async () => {
    const { id, version, contactList } = await world.create();
    await world.emptyList(contactList.id!);
    await health.examine(id);
    expect(await read(id)).toMatchObject({
      campaignStatus: 'off',
      version,
      errors: [{ error: 'contact.list.empty' }],
    });
    await world.app.db.query(`UPDATE contact_lists SET size = 1 WHERE id = $1`, [contactList.id]);
    await health.examine(id);
    expect(await read(id)).toMatchObject({ campaignStatus: 'off', version, errors: [] });
  });

  it('is looked at again by the sweeper when a look was lost', async () => {
    const { id } = await world.create({ campaignStatus: 'on' });
    await lifecycle.markInvalid(id, PAUSED);
    const repository = world.app.app.get(CampaignHealthRepository);
    expect(await repository.findDue(100)).not.toContain(id);
    await world.app.db.query(
      `UPDATE messaging_campaign_health SET resume_at = now() - interval '1 second' WHERE campaign_id = $1`,
      [id],
    );
    expect(await repository.findDue(100)).toContain(id);
    const idle = await world.create();
    expect(await repository.findUnchecked(60_000, 1_000)).toContain(idle.id);
    await health.examine(idle.id);
    expect(await repository.findUnchecked(60_000, 1_000)).not.toContain(idle.id);
  });

  it('is switched by others than people with the same checks, exactly once', async () => {
    const power = world.app.app.get(AutomaticSwitch);
    const { id, contactList } = await world.create();
    let left = 1;
    const automation = {
      label: 'the schedule',
      entity: { kind: 'schedule', id } as const,
      refusedCode: 'CAMPAIGN_START_ERROR' as const,
      claim: () => Promise.resolve(left-- > 0),
    };
    const outcomes = await Promise.all([power.start(id, automation), power.start(id, automation)]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['started', 'unclaimed']);
    left = 1;
    expect(await power.stop(id, automation)).toBe(true);
    expect((await read(id)).campaignStatus).toBe('stopping');
    expect(await power.start(id, automation)).toEqual({ outcome: 'busy' });
    await lifecycle.markStopped(id);
    await world.emptyList(contactList.id!);
    left = 1;
    expect(await power.start(id, automation)).toMatchObject({
      outcome: 'refused',
      reasons: [{ code: 'contact.list.empty' }],
    });
    expect(await eventsOf(id)).toEqual(['INFO CAMPAIGN_STOPPED', 'ERROR CAMPAIGN_START_ERROR']);
  });
});
