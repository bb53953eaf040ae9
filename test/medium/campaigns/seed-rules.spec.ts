import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import { CAMPAIGNS, DEFINITION_RULES, DNC_LISTS, LISTS, SeedWorld, testRules } from './seed-world.js';

describe('the rules of what a WhatsApp campaign may be', () => {
  let seed: SeedWorld;

  beforeAll(async () => {
    seed = await SeedWorld.start();
  });

  afterAll(() => seed?.close());

  /** Every reason as `field: code`, and the messages. */
  async function refusal(campaign: object): Promise<{ reasons: string[]; message: string }> {
    const answer = await seed.runs.app.admin.post(CAMPAIGNS).send(campaign).expect(400);
    const details = answer.body.details as { errorCode: string; fieldName?: string }[];
    const reasons = details.map(({ errorCode, fieldName }) => `${fieldName}: ${errorCode}`);
    return { reasons, message: answer.body.message as string };
  }

  async function picked(path: string, name: string): Promise<[string, string[]][]> {
    const { body: page } = await seed.runs.app.admin.get(`${path}/divisionviews`).query({ name }).expect(200);
    const rows = page.entities as { name: string; unusableReasons?: { code: string }[] }[];
    return rows.map((row) => [row.name, (row.unusableReasons ?? []).map(({ code }) => code)]);
  }

  async function upload(fileType: 'contactlist' | 'dnclist', id: string, file: string): Promise<void> {
    await seed.runs.app.admin
      .post('/uploads/v2/contactlist')
      .field('fileType', fileType)
      .field('id', id)
      .attach('file', Buffer.from(file), 'file.csv')
      .expect(200);
    const path = fileType === 'dnclist' ? DNC_LISTS : LISTS;
    await eventually('the import', async () => {
      const { body: status } = await seed.runs.app.admin.get(`${path}/${id}/importstatus`).expect(200);
      return status.state !== 'IN_PROGRESS';
    });
  }

  async function aEmptyList(name: string = randomUUID()): Promise<string> {
    const { id } = await seed.runs.created(LISTS, {
      name,
      columnNames: ['wa', 'first_name', 'voucher'],
      whatsAppColumns: [{ columnName: 'wa', type: 'cell' }],
    });
    return id;
  }

  /** A list that has no column for the voucher of the template. */
  async function aEmptyListWithout(): Promise<string> {
    const { id } = await seed.runs.created(LISTS, {
      name: randomUUID(),
      columnNames: ['wa', 'first_name'],
      whatsAppColumns: [{ columnName: 'wa', type: 'cell' }],
    });
    return id;
  }

  const withDncList = async (id: string) => seed.body(await seed.aList(), { dncLists: [{ id }] });

  const withConfig = async (changes: object) => {
    const campaign = (await seed.body(await seed.aList())) as { whatsAppConfig: object };
    return { ...campaign, whatsAppConfig: { ...campaign.whatsAppConfig, ...changes } };
  };

  testRules(DEFINITION_RULES, {
    S1: async () => {
      const name = `Äpfel & Birnen – 50 % "neu" ${randomUUID()}`;
      const { name: stored } = await seed.runs.created(
        CAMPAIGNS,
        await seed.body(await seed.aList(), { name }),
      );
      expect(stored).toBe(name);
      const again = await seed.body(await seed.aList(), { name: name.toUpperCase() });
      expect((await refusal(again)).reasons).toEqual(['name: duplicate.name']);
    },

    S2: async () => {
      const name = `${randomUUID()}${'ü'.repeat(28)}`;
      await seed.runs.created(CAMPAIGNS, await seed.body(await seed.aList(), { name }));
      expect((await refusal(await seed.body(await seed.aList(), { name: `${name}!` }))).reasons).toEqual([
        'name: name.length.exceeded',
      ]);
    },

    S3: async () => {
      const south = await seed.runs.app.createDivision(`South ${randomUUID()}`);
      const here = await seed.runs.created(CAMPAIGNS, await seed.body(await seed.aList()));
      expect(here.division).toMatchObject({ id: seed.runs.app.homeDivisionId });
      const there = await seed.runs.created(
        CAMPAIGNS,
        await seed.body(await seed.aList(), { division: { id: south } }),
      );
      expect(there.division).toMatchObject({ id: south });
    },

    S4: async () => {
      const { id } = await seed.runs.created(LISTS, { name: randomUUID(), columnNames: ['wa'] });
      await seed.runs.app.admin
        .post(`${LISTS}/${id}/contacts`)
        .send([{ data: { wa: seed.phone() } }])
        .expect(200);
      const { reasons, message } = await refusal(await seed.body(id));
      expect(reasons).toContain('contactList: contact.list.no.whatsapp.columns');
      expect(message).toContain('WhatsApp column');
    },

    S5: async () => {
      const { reasons, message } = await refusal(await seed.body(await aEmptyList()));
      expect(reasons).toEqual(['contactList: contact.list.empty']);
      expect(message).toContain('has no contacts');
    },

    S6: async () => {
      const id = await seed.aList();
      await upload('contactlist', id, 'unknown\n1\n');
      const { reasons, message } = await refusal(await seed.body(id));
      expect(reasons).toEqual(['contactList: contact.list.import.failed']);
      expect(message).toMatch(/import/iu);
    },

    S7: async () => {
      const id = await seed.aList();
      await seed.runs.app.db.query(
        `INSERT INTO import_runs (kind, target_id, state, file_name, lease_token, lease_until)
       VALUES ('contact-list', $1, 'running', $2, gen_random_uuid(), now() + interval '1 hour')`,
        [id, randomUUID()],
      );
      expect((await refusal(await seed.body(id))).reasons).toEqual([
        'contactList: contact.list.import.in.progress',
      ]);
    },

    S8: async () => {
      const part = randomUUID();
      await aEmptyList(`Empty ${part} list`);
      expect(await picked(LISTS, part.toUpperCase())).toEqual([
        [`Empty ${part} list`, ['contact.list.empty']],
      ]);
    },

    S9: async () => {
      const [match, other] = [seed.phone(), seed.phone()];
      const list = await seed.aList([
        { wa: match, note: 'vip' },
        { wa: other, note: 'none' },
      ]);
      const clauses = [
        {
          filterType: 'AND',
          predicates: [{ column: 'note', columnType: 'alphabetic', operator: 'EQUALS', value: 'vip' }],
        },
      ];
      const filter = { name: randomUUID(), filterType: 'AND', clauses };
      const { id: filterId } = await seed.runs.created('/api/v2/outbound/contactlistfilters', {
        ...filter,
        contactList: { id: list },
      });
      const elsewhere = await seed.body(await seed.aList(), { contactListFilters: [{ id: filterId }] });
      expect((await refusal(elsewhere)).reasons).toEqual([
        'contactListFilters: contact.list.filter.does.not.match.contact.list',
      ]);
      const id = await seed.runs.aCampaign(list, { contactListFilters: [{ id: filterId }] });
      await seed.runs.switchOn(id);
      await seed.runs.untilStatus(id, 'complete');
      expect((await seed.runs.sentTo([match, other])).map(({ to }) => to)).toEqual([match]);
    },

    S10: async () => {
      const { reasons, message } = await refusal(
        await seed.body(await seed.aList(), { messagesPerMinute: 4_801 }),
      );
      expect(reasons).toEqual(['messagesPerMinute: messages.per.minute.limit.exceeded']);
      expect(message).toMatch(/4800.*4801|4801.*4800/u);
      await seed.runs.created(CAMPAIGNS, await seed.body(await seed.aList(), { messagesPerMinute: 4_800 }));
    },

    S11: async () => {
      const [free, blocked, written] = [seed.phone(), seed.phone(), seed.phone()];
      const list = await seed.aList([
        { wa: free },
        { wa: blocked },
        { wa: `+${written.slice(0, 4)} ${written.slice(4)}` },
      ]);
      const id = await seed.runs.aCampaign(list, {
        dncLists: [{ id: await seed.aDncList([`00${blocked}`, written]) }],
      });
      await seed.runs.switchOn(id);
      await seed.runs.untilStatus(id, 'complete');
      expect((await seed.runs.sentTo([free, blocked, written])).map(({ to }) => to)).toEqual([free]);
    },

    S12: async () => {
      const { reasons, message } = await refusal(await withDncList(await seed.aDncList([])));
      expect(reasons).toEqual(['dncLists: dnc.list.empty']);
      expect(message).toMatch(/no (?:numbers|entries)/u);
    },

    S13: async () => {
      const wholly = await seed.aDncList([seed.phone()]);
      await upload('dnclist', wholly, '');
      expect((await refusal(await withDncList(wholly))).reasons).toEqual([
        'dncLists: dnc.list.import.failed',
      ]);
      const partly = await seed.aDncList([]);
      await upload('dnclist', partly, `n\n${seed.phone()}\n4.91511E+11\n`);
      const { reasons, message } = await refusal(await withDncList(partly));
      expect(reasons).toEqual(['dncLists: dnc.list.import.failed']);
      expect(message).toContain('left out 1 lines');
    },

    S14: async () => {
      const mail = await seed.aDncList([], { contactMethod: 'Email' });
      expect((await refusal(await withDncList(mail))).reasons).toContain(
        'dncLists: dnc.list.contact.method.not.usable',
      );
      for (const contactMethod of ['Phone', 'Any']) {
        await seed.runs.created(
          CAMPAIGNS,
          await withDncList(await seed.aDncList([seed.phone()], { contactMethod })),
        );
      }
    },

    S15: async () => {
      const part = randomUUID();
      await seed.aDncList([], { name: `Nobody ${part} list` });
      expect(await picked(DNC_LISTS, part)).toEqual([[`Nobody ${part} list`, ['dnc.list.empty']]]);
    },

    S16: async () => {
      for (const column of ['first_name', 'missing']) {
        expect((await refusal(await withConfig({ whatsAppColumns: [column] }))).reasons).toEqual([
          'whatsAppConfig.whatsAppColumns: invalid.campaign.whatsapp.columns',
        ]);
      }
    },

    S17: async () => {
      const { id: library } = await seed.runs.created('/api/v2/responsemanagement/libraries', {
        name: randomUUID(),
      });
      const { id: plain } = await seed.runs.created('/api/v2/responsemanagement/responses', {
        name: 'Plain',
        libraries: [{ id: library }],
        texts: [{ content: 'Hallo' }],
      });
      const reasonsFor = async (contentTemplate: object): Promise<string> =>
        (await refusal(await withConfig({ contentTemplate }))).reasons.join();
      expect(await reasonsFor({ id: plain })).toMatch(/^whatsAppConfig.contentTemplate: /u);
      expect(await reasonsFor({ id: randomUUID() })).toBe(
        'whatsAppConfig.contentTemplate: rms.response.not.found',
      );
      const noColumn = await seed.body(await aEmptyListWithout());
      expect((await refusal(noColumn)).reasons).toContain(
        'whatsAppConfig.contentTemplate: substitution.mismatch',
      );
    },

    S18: async () => {
      const signup = { name: randomUUID(), embeddedSignupAccessToken: 'simulator-access-token' };
      const path = '/api/v2/conversations/messaging/integrations/whatsapp/embeddedsignup';
      const { id: inactive } = await seed.runs.created(path, signup);
      const reasonsFor = async (id: string): Promise<string[]> =>
        (await refusal(await withConfig({ whatsAppIntegration: { id } }))).reasons;
      expect(await reasonsFor(inactive)).toContain(
        'whatsAppConfig.whatsAppIntegration: integration.not.active',
      );
      expect(await reasonsFor(randomUUID())).toContain(
        'whatsAppConfig.whatsAppIntegration: integration.not.found',
      );
    },

    S25: async () => {
      const { id } = await seed.runs.created(LISTS, {
        name: randomUUID(),
        columnNames: ['wa', 'first_name', 'voucher'],
        whatsAppColumns: [{ columnName: 'wa', type: 'cell' }],
        attemptLimits: { id: randomUUID() },
      });
      const wa = seed.phone();
      await seed.runs.addContacts(id, [{ wa }]);
      const campaign = await seed.runs.created(
        CAMPAIGNS,
        await seed.body(id, {
          wrapupCodeMappings: [{ id: randomUUID() }],
          attemptControls: { id: randomUUID() },
        }),
      );
      expect(campaign.errors).toEqual([]);
    },

    S24: async () => {
      const { total } = (await seed.runs.app.admin.get(CAMPAIGNS).expect(200)).body as { total: number };
      const template = await seed.runs.created(CAMPAIGNS, await seed.body(await seed.aList()));
      await seed.runs.app.db.query(
        `INSERT INTO messaging_campaigns (name, division_id, campaign_status, contact_list_id, messages_per_minute,
                                        whats_app_columns, integration_id, content_template_id, contact_sorts, errors)
       SELECT 'Filler ' || n, division_id, 'off', contact_list_id, 1, whats_app_columns, integration_id,
              content_template_id, '[]', '[]'
         FROM messaging_campaigns, generate_series(1, $2) n WHERE id = $1`,
        [template.id, 999 - total],
      );
      const { body: refused } = await seed.runs.app.admin
        .post(CAMPAIGNS)
        .send(await seed.body(await seed.aList()))
        .expect(400);
      expect(refused).toMatchObject({ code: 'max.entity.count.reached', limit: { value: 1_000 } });
      expect(refused.message).toContain('Delete old campaigns');
    },
  });
});
