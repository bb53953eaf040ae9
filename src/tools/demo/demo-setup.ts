import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DemoClient } from './demo-client.js';
import { activateNumber } from './demo-number.js';
import { CAMPAIGN_NAME, findOrCreate, type Named } from './demo-objects.js';
import { createTemplate, TEMPLATE } from './demo-template.js';
import type { DemoTerminal } from './demo-terminal.js';

const OUTBOUND = '/api/v2/outbound';
const MESSAGES_PER_MINUTE = 600;

interface Upload {
  url: string;
  headers: Record<string, string>;
}

interface List extends Named {
  size?: number;
}

interface ImportStatus {
  state?: string | null;
  totalRecords?: number;
  percentComplete?: number;
  failureReason?: string;
}

interface FilledList {
  id: string;
  /** Rows that became entries. */
  size: number;
  rows: number;
}

/** Creates everything that the demo campaign needs, then the campaign, and starts it. */
export async function createDemo(
  client: DemoClient,
  accessToken: string,
  dataFolder: string,
  terminal: DemoTerminal,
): Promise<Named> {
  const number = await activateNumber(client, accessToken);
  terminal.done(`WhatsApp number ${number.phoneNumber} is active`);
  const template = await createTemplate(client, number.id);
  terminal.done(`Template ${TEMPLATE.name} (${TEMPLATE.language}) is in the library`);
  const contactList = await createContactList(client, path.join(dataFolder, 'contacts.csv'));
  terminal.done(`Contact list: ${contactList.size} contacts from ${contactList.rows} rows`);
  const dncList = await createDncList(client, path.join(dataFolder, 'dnc.csv'));
  terminal.done(`Do-not-contact list: ${dncList.size} numbers`);
  const campaign = await client.post<Named>(`${OUTBOUND}/messagingcampaigns`, {
    name: CAMPAIGN_NAME,
    campaignStatus: 'off',
    contactList: { id: contactList.id },
    dncLists: [{ id: dncList.id }],
    messagesPerMinute: MESSAGES_PER_MINUTE,
    contactSorts: [{ fieldName: 'orders', direction: 'DESC', numeric: true }],
    whatsAppConfig: {
      whatsAppColumns: ['whatsapp'],
      whatsAppIntegration: { id: number.id },
      contentTemplate: { id: template.id },
    },
  });
  await client.post(`${OUTBOUND}/messagingcampaigns/${campaign.id}/start`);
  terminal.done(
    `"${CAMPAIGN_NAME}" is started: best customers first, ${MESSAGES_PER_MINUTE} messages a minute`,
  );
  return campaign;
}

async function createContactList(client: DemoClient, file: string): Promise<FilledList> {
  const csv = await readFile(file);
  const columnNames = csv.toString('utf8').split('\n', 1)[0]!.trim().split(',');
  const list = await findOrCreate<Named>(client, `${OUTBOUND}/contactlists`, {
    name: 'Demo: customers',
    columnNames,
    whatsAppColumns: [{ columnName: 'whatsapp', type: 'cell' }],
    columnDataTypeSpecifications: [{ columnName: 'orders', columnDataType: 'NUMERIC', min: 0, max: 100_000 }],
  });
  const form = { contentType: 'text/csv', id: list.id, contactIdName: 'customer_id' };
  return importFile(client, 'contactlists', form, csv);
}

async function createDncList(client: DemoClient, file: string): Promise<FilledList> {
  const list = await findOrCreate<Named>(client, `${OUTBOUND}/dnclists`, {
    name: 'Demo: opt-outs',
    dncSourceType: 'rds',
    contactMethod: 'WhatsApp',
  });
  const form = { contentType: 'text/csv', id: list.id, whatsAppColumns: 'whatsapp' };
  return importFile(client, 'dnclists', form, await readFile(file));
}

async function importFile(
  client: DemoClient,
  collection: 'contactlists' | 'dnclists',
  form: { id: string; contentType: string },
  csv: Buffer,
): Promise<FilledList> {
  const list = `${OUTBOUND}/${collection}/${form.id}`;
  const { url, headers } = await client.post<Upload>(`${OUTBOUND}/${collection}/uploads`, form);
  await client.upload(url, headers, csv);
  const status = await client.poll<ImportStatus>(
    `${list}/importstatus`,
    'The import',
    ({ state, percentComplete, failureReason }) => {
      if (state === 'FAILED') throw new Error(`the import failed: ${failureReason ?? 'no reason given'}`);
      return !state && percentComplete === 100;
    },
  );
  const { size = 0 } = await client.get<List>(`${list}?includeSize=true`);
  return { id: form.id, size, rows: status.totalRecords ?? 0 };
}
