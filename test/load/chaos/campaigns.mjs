// What runs while everything goes wrong: three campaigns on one number, and somebody on a DNC list in each.
const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';
const LISTS = '/api/v2/outbound/contactlists';
const INTEGRATIONS = '/api/v2/conversations/messaging/integrations/whatsapp';
const COLUMNS = ['id', 'first_name', 'wa', 'voucher'];
const PER_CALL = 1_000;
/** Every so-manieth contact is on the DNC list. */
const OPTED_OUT_EVERY = 20;

/** Rates per minute, and how much of the time its contacts would take on a good day. */
const PLANS = [
  { name: 'fast', messagesPerMinute: 3_000, part: 0.6, first: 4_915_100_000_000 },
  { name: 'slow', messagesPerMinute: 600, part: 0.6, first: 4_915_200_000_000 },
  { name: 'always', messagesPerMinute: 1_200, part: 0.1, first: 4_915_300_000_000, alwaysRunning: true },
];

export async function startCampaigns(world, { minutes, rate }) {
  const integrationId = await activate(world);
  const templateId = await aTemplate(world);
  const dncListId = await world
    .call('POST', '/api/v2/outbound/dnclists', {
      name: 'Chaos',
      dncSourceType: 'rds',
      contactMethod: 'WhatsApp',
    })
    .then(({ id }) => id);
  const campaigns = [];
  for (const usual of PLANS) {
    const plan = { ...usual, messagesPerMinute: Math.ceil(usual.messagesPerMinute * rate) };
    const contacts = Math.round(plan.messagesPerMinute * minutes * plan.part);
    const { id: listId } = await world.call('POST', LISTS, {
      name: plan.name,
      columnNames: COLUMNS,
      whatsAppColumns: [{ columnName: 'wa', type: 'cell' }],
    });
    const campaign = { ...plan, listId, contacts: 0 };
    while (campaign.contacts < contacts)
      await addContacts(world, campaign, Math.min(PER_CALL, contacts - campaign.contacts));
    const blocked = Array.from({ length: Math.ceil(contacts / OPTED_OUT_EVERY) }, (_, at) =>
      String(plan.first + at * OPTED_OUT_EVERY),
    );
    await world.call('PATCH', `/api/v2/outbound/dnclists/${dncListId}/whatsappnumbers`, {
      action: 'Add',
      whatsAppNumbers: blocked,
    });
    campaigns.push({ ...campaign, blocked: new Set(blocked) });
  }
  for (const campaign of campaigns) {
    const { id } = await world.call('POST', CAMPAIGNS, {
      name: campaign.name,
      campaignStatus: 'on',
      contactList: { id: campaign.listId },
      dncLists: [{ id: dncListId }],
      alwaysRunning: campaign.alwaysRunning ?? false,
      messagesPerMinute: campaign.messagesPerMinute,
      whatsAppConfig: {
        whatsAppColumns: ['wa'],
        whatsAppIntegration: { id: integrationId },
        contentTemplate: { id: templateId },
      },
    });
    campaign.id = id;
  }
  return campaigns;
}

/** Adds the next `count` people of a campaign to its list. */
export async function addContacts(world, campaign, count) {
  const rows = Array.from({ length: count }, (_, index) => {
    const at = campaign.contacts + index;
    return {
      id: `c${at}`,
      data: { id: `c${at}`, first_name: `Kund_${at}`, wa: `+${campaign.first + at}`, voucher: `V${at}` },
    };
  });
  await world.call('POST', `${LISTS}/${campaign.listId}/contacts`, rows);
  campaign.contacts += count;
}

export async function statusOf(world, { id }) {
  return (await world.call('GET', `${CAMPAIGNS}/${id}`)).campaignStatus;
}

export function move(world, { id }, to) {
  return world.call('POST', `${CAMPAIGNS}/${id}/${to}`);
}

async function activate(world) {
  const { id } = await world.call('POST', `${INTEGRATIONS}/embeddedsignup`, {
    name: 'Chaos',
    embeddedSignupAccessToken: world.accessToken,
  });
  const signedUp = await world.until('the signup', async () => {
    const integration = await world.call('GET', `${INTEGRATIONS}/${id}`);
    return integration.createStatus === 'Completed' && integration;
  });
  const { phoneNumber } = signedUp.availablePhoneNumbers.entities.at(-1);
  await world.call('PATCH', `${INTEGRATIONS}/embeddedsignup/${id}`, { pin: '123456', phoneNumber });
  await world.until(
    'the activation',
    async () => (await world.call('GET', `${INTEGRATIONS}/${id}`)).status === 'Active',
  );
  return id;
}

async function aTemplate(world) {
  const library = await world.call('POST', '/api/v2/responsemanagement/libraries', { name: 'Chaos' });
  const { id } = await world.call('POST', '/api/v2/responsemanagement/responses', {
    name: 'Order update',
    libraries: [{ id: library.id }],
    responseType: 'MessagingTemplate',
    texts: [
      { content: 'Hello {{first_name}}, your order {{voucher}} is on its way.', contentType: 'text/plain' },
    ],
    substitutions: [{ id: 'first_name' }, { id: 'voucher' }],
    messagingTemplate: { whatsApp: { name: 'order_update', language: 'en_US' } },
  });
  return id;
}
