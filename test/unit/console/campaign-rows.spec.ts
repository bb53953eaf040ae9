import {
  afterEvent,
  type Board,
  campaignRows,
  durationText,
  emptyBoard,
  importRows,
  newsBetween,
  topicsOf,
  withCampaigns,
  withLists,
  withProgress,
} from '../../../src/console/web/campaign-rows.js';

const AUTUMN = '11111111-1111-1111-1111-111111111111';
const WINTER = '22222222-2222-2222-2222-222222222222';
const LIST = '33333333-3333-3333-3333-333333333333';
const campaign = (id: string, name: string, campaignStatus: string, more = {}) => ({
  id,
  name,
  campaignStatus,
  ...more,
});
const progress = (id: string, more = {}) => ({
  campaign: { id },
  numberOfContactsMessaged: 40,
  numberOfContactsFailed: 3,
  numberOfContactsSkipped: { 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST': 4, 'ININ-OUTBOUND-NUMBERS-INVALID': 1 },
  totalNumberOfContacts: 100,
  percentage: 45,
  estimatedSecondsToFinish: 330,
  ...more,
});
const told = (board: Board, topic: string, eventBody: object) =>
  afterEvent(board, {
    topicName: `v2.outbound.${topic}`,
    eventBody: eventBody as Record<string, unknown>,
  });

describe('the rows of campaigns', () => {
  const board = withProgress(
    withCampaigns(emptyBoard(), [campaign(AUTUMN, 'Autumn', 'off'), campaign(WINTER, 'Winter', 'on')]),
    [progress(WINTER)],
  );

  it('show those under way first, with their counts and when they will be done', () => {
    const [winter, autumn] = campaignRows(board);
    expect(winter).toEqual({
      id: WINTER,
      name: 'Winter',
      status: 'running',
      tone: 'good',
      why: '',
      isKnown: true,
      sent: 40,
      failed: 3,
      skipped: 5,
      total: 100,
      percent: 45,
      finish: 'in 6 minutes',
    });
    expect(autumn).toMatchObject({ name: 'Autumn', isKnown: false, finish: '' });
  });

  it('follow the events of progress and of the campaign itself', () => {
    const further = told(
      board,
      `whatsappcampaigns.${WINTER}.progress`,
      progress(WINTER, { percentage: 100, estimatedSecondsToFinish: 0 }),
    );
    expect(campaignRows(further)[0]).toMatchObject({ percent: 100, finish: 'any moment' });
    const done = told(further, `whatsappcampaigns.${WINTER}`, campaign(WINTER, 'Winter!', 'complete'));
    const winter = campaignRows(done).find(({ id }) => id === WINTER);
    expect(winter).toMatchObject({ name: 'Winter!', status: 'complete', sent: 40, finish: '' });
    expect(newsBetween(further, done)).toEqual(['Winter! is complete']);
    expect(newsBetween(board, further)).toEqual([]);
  });

  it('say why a campaign can not go on, and that one that always runs waits', () => {
    const errors = [{ error: 'integration.inactive', details: 'The number is no longer connected.' }];
    const stuck = told(
      board,
      `whatsappcampaigns.${WINTER}`,
      campaign(WINTER, 'Winter', 'invalid', { errors }),
    );
    expect(campaignRows(stuck)[0]).toMatchObject({
      status: 'can not go on',
      tone: 'alarm',
      why: 'The number is no longer connected.',
    });
    const always = told(
      board,
      `whatsappcampaigns.${WINTER}`,
      campaign(WINTER, 'W', 'on', { alwaysRunning: true }),
    );
    const idle = withProgress(always, [progress(WINTER, { estimatedSecondsToFinish: 0 })]);
    expect(campaignRows(idle)[0]).toMatchObject({ finish: 'waits for contacts' });
  });

  it('lose what the server no longer lists, and pass over events of what is not known', () => {
    const fewer = withCampaigns(board, [campaign(AUTUMN, 'Autumn', 'off')]);
    expect(campaignRows(fewer)).toHaveLength(1);
    expect(told(fewer, `whatsappcampaigns.${WINTER}.progress`, progress(WINTER))).toEqual(fewer);
    expect(told(fewer, 'settings', {})).toBe(fewer);
  });
});

describe('what is subscribed to', () => {
  it('is the progress of what is or was under way, besides every campaign and list', () => {
    const board = withLists(
      withCampaigns(emptyBoard(), [campaign(AUTUMN, 'Autumn', 'off'), campaign(WINTER, 'Winter', 'on')]),
      'dnclists',
      [{ id: LIST, name: 'Opt-outs' }],
    );
    const expected = [
      `v2.outbound.whatsappcampaigns.${AUTUMN}`,
      `v2.outbound.whatsappcampaigns.${WINTER}`,
      `v2.outbound.whatsappcampaigns.${WINTER}.progress`,
      `v2.outbound.dnclists.${LIST}.importstatus`,
    ];
    expect(topicsOf(board)).toEqual(expected);
    const done = told(board, `whatsappcampaigns.${WINTER}`, campaign(WINTER, 'Winter', 'complete'));
    expect(topicsOf(done)).toEqual(expected);
    const begun = told(done, `whatsappcampaigns.${AUTUMN}`, campaign(AUTUMN, 'Autumn', 'on'));
    expect(topicsOf(begun)).toContain(`v2.outbound.whatsappcampaigns.${AUTUMN}.progress`);
  });
});

describe('the rows of imports', () => {
  const running = { state: 'IN_PROGRESS', totalRecords: 5, completedRecords: 2, percentComplete: 40 };
  const lists = (importStatus?: object) => [
    { id: LIST, name: 'Customers', importStatus: { ...importStatus } },
  ];

  it('show an import from when it is under way, by its last event also how it ended', () => {
    const before = withLists(emptyBoard(), 'contactlists', lists({ percentComplete: 100 }));
    expect(importRows(before)).toEqual([]);
    const board = withLists(before, 'contactlists', lists(running));
    expect(importRows(board)).toMatchObject([
      { name: 'Customers', status: 'running', records: '2 of 5', rejected: '0', percent: 40 },
    ]);
    const ended = { importState: 'COMPLETED', totalRecords: 5, completedRecords: 5, percentageComplete: 100 };
    const done = told(board, `contactlists.${LIST}.importstatus`, {
      importStatus: { ...ended, rejectedRecords: 1 },
    });
    expect(importRows(done)).toMatchObject([{ status: 'complete', rejected: '1', percent: 100 }]);
    expect(newsBetween(board, done)).toEqual(['Import into Customers complete']);
    expect(importRows(withLists(done, 'contactlists', lists({ percentComplete: 100 })))).toHaveLength(1);
  });

  it('say why an import failed', () => {
    const failed = told(
      withLists(emptyBoard(), 'contactlists', lists()),
      `contactlists.${LIST}.importstatus`,
      { importStatus: { importState: 'FAILED', failureMessage: 'The file is empty.', completedRecords: 0 } },
    );
    expect(importRows(failed)).toMatchObject([
      { status: 'failed', tone: 'alarm', why: 'The file is empty.', records: '0' },
    ]);
  });
});

it.each([
  [0, 'less than a minute'],
  [60, '1 minute'],
  [61, '2 minutes'],
  [3_600, '1 h'],
  [5_400, '1 h 30 min'],
  [3_600 * 72, '3 days'],
])('%d seconds are said as %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
