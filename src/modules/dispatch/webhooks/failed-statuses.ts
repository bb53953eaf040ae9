import { Injectable } from '@nestjs/common';
import { readWhatsAppId } from '../../../kernel/whatsapp-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { CampaignLifecycle } from '../../campaigns/index.js';
import {
  type NumberErrorItem,
  type ProviderError,
  toldProviderError,
  type WebhookItem,
  WhatsAppService,
} from '../../whatsapp/index.js';
import { messageIdOf } from '../callback-data.js';
import { RecipientHolds } from '../recipients/recipient-holds.js';
import { type Concerned, Consequences } from '../sending/consequences.js';
import { type Consequence, consequenceOfFailure } from '../sending/reaction.js';
import { type FailureCounts, isAlarming, isBadTemplate, isEnough } from './failure-counts.js';

/** A failure that was told late says nothing of how a number or template is now, and soon nothing of its rate. */
const TELLS_OF_NOW_MS = 60 * 60_000;
const TELLS_OF_RATE_MS = 2 * 60_000;

interface FailedMessage {
  id: string;
  runId: string;
  campaignId: string;
  integrationId: string;
  address: string;
  code: number;
  at: Date;
  metaName: string | null;
  language: string | null;
}

type Failure = FailedMessage & { error: ProviderError; consequence: Consequence };

/** Messages that failed and did not arrive all the same: [{messageId, wamid, code, at}] as JSON. */
const FIND = `
  SELECT m.id, m.run_id AS "runId", r.campaign_id AS "campaignId", m.integration_id AS "integrationId", m.address,
         x.code, x.at, t.name AS "metaName", t.language
    FROM jsonb_to_recordset($1::jsonb) AS x ("messageId" uuid, wamid text, code int, at timestamptz)
    JOIN LATERAL (
      SELECT * FROM campaign_messages WHERE id = x."messageId"
      UNION ALL
      SELECT * FROM campaign_messages WHERE x."messageId" IS NULL AND wamid = x.wamid) m ON m.delivered_at IS NULL
    JOIN campaign_runs r ON r.id = m.run_id
    LEFT JOIN response_whatsapp_templates_v t ON t.response_id = m.content_template_id
   WHERE m.integration_id IS NOT NULL AND m.address IS NOT NULL
   ORDER BY m.id`;

const FIND_INTEGRATIONS = `SELECT integration_id AS id FROM whatsapp_senders_v WHERE phone_number_id = $1`;

const ABOUT_NUMBERS: ReadonlySet<Consequence['kind']> = new Set(['throttle', 'rest', 'pause-number']);

const COUNT = `
  SELECT coalesce(sum(messages) FILTER (WHERE error_code = $2), 0)::int AS same,
         coalesce(sum(messages) FILTER (WHERE delivery_status IN ('DeliverySuccess', 'Read')), 0)::int AS arrived,
         coalesce(sum(messages) FILTER (WHERE delivery_status IN ('DeliveryFailed', 'Failed')), 0)::int AS failed
    FROM campaign_run_counts_v WHERE run_id = $1`;

/** What statuses that tell of failures say about more than their messages, as answers to sends do. */
@Injectable()
export class FailedStatuses {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignLifecycle,
    private readonly whatsApp: WhatsAppService,
    private readonly holds: RecipientHolds,
    private readonly consequences: Consequences,
  ) {}

  /** To be called after statuses and replies were stored, in their transaction. Safe to do twice. */
  async apply(items: readonly WebhookItem[]): Promise<void> {
    const failures = await this.find(items);
    await this.holds.strike(
      failures.flatMap(({ consequence, id }) => (consequence.kind === 'unreachable' ? [id] : [])),
    );
    await this.holds.reached(items.flatMap(signOfLife));
    await this.holds.coolDown(failures.filter(({ consequence }) => consequence.kind === 'cool-down'));
    for (const failure of once(failures)) await this.follow(failure);
    for (const item of items) if (item.kind === 'number-error') await this.followNumber(item);
  }

  private async find(items: readonly WebhookItem[]): Promise<Failure[]> {
    const errors = new Map<number, ProviderError>();
    const told = items.flatMap((item) => {
      if (item.kind !== 'status' || item.status !== 'failed') return [];
      const { wamid, callbackData, error, at } = item;
      // A code that can't be read says nothing.
      if (!error || error.code <= 0) return [];
      errors.set(error.code, toldProviderError(error));
      return [{ messageId: messageIdOf(callbackData), wamid, code: error.code, at: at.toISOString() }];
    });
    if (told.length === 0) return [];
    const found = await this.uow.manager.query<FailedMessage[]>(FIND, [JSON.stringify(told)]);
    return found.map((message) => {
      const error = errors.get(message.code)!;
      return { ...message, error, consequence: consequenceOfFailure(error) };
    });
  }

  private async follow(failure: Failure): Promise<void> {
    const { consequence, error, runId, at } = failure;
    const ageMs = Date.now() - at.getTime();
    if (ageMs > (consequence.kind === 'throttle' ? TELLS_OF_RATE_MS : TELLS_OF_NOW_MS)) return;
    const concerned = await this.concernedBy(failure);
    if (!concerned) return;
    const counts = await this.count(runId, error.code);
    if (isAlarming(error.code, counts)) await this.warn(error, counts, concerned);
    if (!isEnough(error.code, counts)) return;
    if (consequence.kind === 'bad-request' && isBadTemplate(counts))
      return this.consequences.badTemplate(error, concerned);
    if (consequence.kind === 'unreachable' || consequence.kind === 'cool-down') return;
    // People who stopped marketing are dealt with as opt-outs.
    if (consequence.kind === 'marketing-stopped') return;
    await this.consequences.follow(consequence, concerned, failure);
  }

  /** It came with no message; what it says of the number counts, told of one of the campaigns that send by it. */
  private async followNumber({ phoneNumberId, error }: NumberErrorItem): Promise<void> {
    const consequence = consequenceOfFailure(toldProviderError(error));
    if (error.code <= 0 || !ABOUT_NUMBERS.has(consequence.kind)) return;
    const rows = await this.uow.manager.query<{ id: string }[]>(FIND_INTEGRATIONS, [phoneNumberId]);
    const running = await this.campaigns.findRunning();
    for (const integration of await this.whatsApp.findIntegrations(rows.map(({ id }) => id))) {
      const campaign = running.find(({ integrationId }) => integrationId === integration.id);
      if (!campaign) continue;
      const concerned = { campaign, integration, template: { metaName: '', language: '' } };
      await this.consequences.follow(consequence, concerned, { id: '', address: '' });
    }
  }

  private async concernedBy(failure: Failure): Promise<Concerned | undefined> {
    const [campaign] = await this.campaigns.find([failure.campaignId]);
    const [integration] = await this.whatsApp.findIntegrations([failure.integrationId]);
    const { metaName, language } = failure;
    if (!campaign || !integration || metaName === null || language === null) return undefined;
    return { campaign, integration, template: { metaName, language } };
  }

  private async count(runId: string, code: number): Promise<FailureCounts> {
    const [counts] = await this.uow.manager.query<[FailureCounts]>(COUNT, [runId, code]);
    return counts;
  }

  private warn(
    error: ProviderError,
    { same, arrived, failed }: FailureCounts,
    concerned: Concerned,
  ): Promise<void> {
    return this.consequences.warn(concerned, {
      key: `share:${error.code}`,
      message:
        'Of {told} messages of "{campaign}" that WhatsApp told of, {same} failed by code {code}. {why}',
      params: { told: arrived + failed, same, code: error.code, why: error.details },
    });
  }
}

/** Whoever got a message or wrote one can be reached. */
function signOfLife(item: WebhookItem): { matchKey: string; at: Date }[] {
  if (item.kind !== 'inbound' && item.kind !== 'status') return [];
  if (item.kind === 'status' && item.status !== 'delivered' && item.status !== 'read') return [];
  const read = readWhatsAppId(item.kind === 'status' ? item.recipientId : item.from);
  return read.ok ? [{ matchKey: read.matchKey, at: item.at }] : [];
}

/** One failure of each run, integration, template and code: they all say the same. */
function once(failures: readonly Failure[]): Failure[] {
  const byKind = new Map<string, Failure>();
  for (const failure of failures) {
    const { runId, integrationId, metaName, language, code } = failure;
    byKind.set([runId, integrationId, metaName, language, code].join(' '), failure);
  }
  return [...byKind.values()].filter(({ consequence }) => consequence.kind !== 'works');
}
