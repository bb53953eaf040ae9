import { randomUUID } from 'node:crypto';
import type { AccessWorld } from './access-world.js';
import { hidden, listing, organizationWide, type RouteEntry } from './route-entry.js';

const TIME_SETS = '/api/v2/outbound/callabletimesets';
const RULE_SETS = '/api/v2/outbound/digitalrulesets';
const CAMPAIGN_RULES = '/api/v2/outbound/campaignrules';
const SEQUENCES = '/api/v2/outbound/sequences';

interface Stored {
  id: string;
}

const timeSetBody = (): object => ({
  name: `Times ${randomUUID()}`,
  callableTimes: [
    { timeZoneId: 'Europe/Berlin', timeSlots: [{ startTime: '09:00:00', stopTime: '17:00:00', day: 1 }] },
  ],
});

const ruleSetBody = async (world: AccessWorld): Promise<object> => ({
  name: `Rules ${randomUUID()}`,
  contactList: { id: await world.list() },
  rules: [
    {
      name: 'Never',
      order: 1,
      category: 'PreContact',
      conditions: [],
      actions: [{ doNotSendActionSettings: {} }],
    },
  ],
});

const campaignRuleBody = async (world: AccessWorld): Promise<object> => {
  const campaign = { id: (await world.campaign()).id };
  return {
    name: `Rule ${randomUUID()}`,
    campaignRuleEntities: { whatsAppCampaigns: [campaign] },
    campaignRuleConditions: [
      { conditionType: 'campaignProgress', parameters: { operator: 'greaterThan', value: '50' } },
    ],
    campaignRuleActions: [
      { actionType: 'turnOffCampaign', campaignRuleActionEntities: { useTriggeringEntity: true } },
    ],
  };
};

const sequenceBody = async (world: AccessWorld): Promise<object> => ({
  name: `Sequence ${randomUUID()}`,
  campaigns: [{ id: (await world.campaign()).id }],
  currentCampaign: 0,
  status: 'off',
});

async function stored(world: AccessWorld, path: string, body: object): Promise<Stored> {
  const answer = await world.app.admin.post(path).send(body);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer.body as Stored;
}

const timeSet = (world: AccessWorld) => stored(world, TIME_SETS, timeSetBody());
const ruleSet = async (world: AccessWorld) => stored(world, RULE_SETS, await ruleSetBody(world));
const campaignRule = async (world: AccessWorld) =>
  stored(world, CAMPAIGN_RULES, await campaignRuleBody(world));

const sequence = async (world: AccessWorld) => stored(world, SEQUENCES, await sequenceBody(world));

const renamed = (path: string, object: Stored) => ({
  path: `${path}/${object.id}`,
  body: { ...object, name: `New ${randomUUID()}` },
});

export const callableTimeSets: Record<string, RouteEntry> = {
  [`GET ${TIME_SETS}`]: organizationWide(['outbound:callableTimeSet:view'], 200, () => TIME_SETS),
  [`POST ${TIME_SETS}`]: organizationWide(['outbound:callableTimeSet:add'], 200, () => ({
    path: TIME_SETS,
    body: timeSetBody(),
  })),
  [`GET ${TIME_SETS}/:callableTimeSetId`]: organizationWide(
    ['outbound:callableTimeSet:view'],
    200,
    async (world) => `${TIME_SETS}/${(await timeSet(world)).id}`,
  ),
  [`PUT ${TIME_SETS}/:callableTimeSetId`]: organizationWide(
    ['outbound:callableTimeSet:edit'],
    200,
    async (world) => renamed(TIME_SETS, await timeSet(world)),
  ),
  [`DELETE ${TIME_SETS}/:callableTimeSetId`]: organizationWide(
    ['outbound:callableTimeSet:delete'],
    204,
    async (world) => `${TIME_SETS}/${(await timeSet(world)).id}`,
  ),
};

export const digitalRuleSets: Record<string, RouteEntry> = {
  [`GET ${RULE_SETS}`]: listing(['outbound:digitalRuleSet:view'], async (world) => {
    await ruleSet(world);
    return RULE_SETS;
  }),
  // The list is named in the body, so one out of reach is a wrong value, as one that does not exist.
  [`POST ${RULE_SETS}`]: {
    ...hidden(['outbound:digitalRuleSet:add'], 200, async (world) => ({
      path: RULE_SETS,
      body: await ruleSetBody(world),
    })),
    foreignStatus: 400,
  },
  [`GET ${RULE_SETS}/:digitalRuleSetId`]: hidden(
    ['outbound:digitalRuleSet:view'],
    200,
    async (world) => `${RULE_SETS}/${(await ruleSet(world)).id}`,
  ),
  [`PUT ${RULE_SETS}/:digitalRuleSetId`]: hidden(['outbound:digitalRuleSet:edit'], 200, async (world) =>
    renamed(RULE_SETS, await ruleSet(world)),
  ),
  [`DELETE ${RULE_SETS}/:digitalRuleSetId`]: hidden(
    ['outbound:digitalRuleSet:delete'],
    204,
    async (world) => `${RULE_SETS}/${(await ruleSet(world)).id}`,
  ),
};

export const campaignRules: Record<string, RouteEntry> = {
  [`GET ${CAMPAIGN_RULES}`]: organizationWide(['outbound:campaignRule:view'], 200, () => CAMPAIGN_RULES),
  // A rule may name only campaigns that its author sees.
  [`POST ${CAMPAIGN_RULES}`]: {
    ...hidden(['outbound:campaignRule:add'], 200, async (world) => ({
      path: CAMPAIGN_RULES,
      body: await campaignRuleBody(world),
    })),
    also: ['outbound:whatsAppCampaign:view'],
    foreignStatus: 400,
  },
  [`GET ${CAMPAIGN_RULES}/:campaignRuleId`]: organizationWide(
    ['outbound:campaignRule:view'],
    200,
    async (world) => `${CAMPAIGN_RULES}/${(await campaignRule(world)).id}`,
  ),
  [`PUT ${CAMPAIGN_RULES}/:campaignRuleId`]: organizationWide(
    ['outbound:campaignRule:edit'],
    200,
    async (world) => renamed(CAMPAIGN_RULES, await campaignRule(world)),
  ),
  [`DELETE ${CAMPAIGN_RULES}/:campaignRuleId`]: organizationWide(
    ['outbound:campaignRule:delete'],
    204,
    async (world) => `${CAMPAIGN_RULES}/${(await campaignRule(world)).id}`,
  ),
};

const SEQUENCE_SCHEDULES = '/api/v2/outbound/schedules/sequences';
const WINDOW = { intervals: [{ start: '2050-01-01T09:00:00.000Z', end: '2050-01-01T17:00:00.000Z' }] };
const sequenceSchedule = async (world: AccessWorld): Promise<string> => {
  const path = `${SEQUENCE_SCHEDULES}/${(await sequence(world)).id}`;
  await world.app.admin.put(path).send(WINDOW).expect(200);
  return path;
};

export const sequenceSchedules: Record<string, RouteEntry> = {
  [`GET ${SEQUENCE_SCHEDULES}`]: listing(['outbound:campaignSequenceSchedule:view'], async (world) => {
    await sequenceSchedule(world);
    return SEQUENCE_SCHEDULES;
  }),
  [`GET ${SEQUENCE_SCHEDULES}/:sequenceId`]: hidden(
    ['outbound:campaignSequenceSchedule:view'],
    200,
    sequenceSchedule,
  ),
  [`PUT ${SEQUENCE_SCHEDULES}/:sequenceId`]: hidden(
    ['outbound:campaignSequenceSchedule:edit'],
    200,
    async (world) => ({ path: `${SEQUENCE_SCHEDULES}/${(await sequence(world)).id}`, body: WINDOW }),
  ),
  [`DELETE ${SEQUENCE_SCHEDULES}/:sequenceId`]: hidden(
    ['outbound:campaignSequenceSchedule:delete'],
    200,
    sequenceSchedule,
  ),
};

// A sequence is in the divisions of its campaigns.
export const sequences: Record<string, RouteEntry> = {
  [`GET ${SEQUENCES}`]: listing(['outbound:campaignSequence:view'], async (world) => {
    await sequence(world);
    return SEQUENCES;
  }),
  [`POST ${SEQUENCES}`]: {
    ...hidden(['outbound:campaignSequence:add'], 200, async (world) => ({
      path: SEQUENCES,
      body: await sequenceBody(world),
    })),
    also: ['outbound:whatsAppCampaign:view'],
    foreignStatus: 400,
  },
  [`GET ${SEQUENCES}/:sequenceId`]: hidden(
    ['outbound:campaignSequence:view'],
    200,
    async (world) => `${SEQUENCES}/${(await sequence(world)).id}`,
  ),
  [`PUT ${SEQUENCES}/:sequenceId`]: hidden(['outbound:campaignSequence:edit'], 200, async (world) =>
    renamed(SEQUENCES, await sequence(world)),
  ),
  [`DELETE ${SEQUENCES}/:sequenceId`]: hidden(
    ['outbound:campaignSequence:delete'],
    204,
    async (world) => `${SEQUENCES}/${(await sequence(world)).id}`,
  ),
};
