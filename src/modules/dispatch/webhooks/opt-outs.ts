import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { OptOuts, type OptOutSignal, readOptOut } from '../../dnc-lists/index.js';
import type { InboundItem, PreferenceItem, StatusItem, WebhookItem } from '../../whatsapp/index.js';

/** WhatsApp refused a marketing message because the person stopped them (WhatsApp Cloud API, error table). */
const MARKETING_STOPPED = 131050;
const MARKETING = 'marketing_messages';

const FIND_ADDRESSES = `SELECT wamid, address FROM campaign_messages WHERE wamid = ANY ($1)`;
const FIND_NUMBERS = `
  SELECT phone_number_id AS id, phone_number AS number FROM whatsapp_senders_v WHERE phone_number_id = ANY ($1)`;

/** Opt-outs as WhatsApp tells of them: words and buttons, preferences, and refusals because of them. */
@Injectable()
export class WebhookOptOuts {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly config: Config,
    private readonly optOuts: OptOuts,
  ) {}

  /** Puts people who opted out on the DNC lists, and takes those off who resumed. Safe to do twice. */
  async apply(items: readonly WebhookItem[]): Promise<void> {
    const signals = items.flatMap((item) => this.toSignal(item) ?? []);
    if (signals.length > 0) await this.optOuts.apply(await this.complete(signals));
    for (const item of items) {
      if (item.kind === 'number-change') await this.optOuts.carryOver(item.from, item.to);
    }
  }

  /** WhatsApp refused a message at once, because the person takes no marketing from this number. Safe to do twice. */
  async marketingRefused(message: { id: string; address: string }, phoneNumberId: string): Promise<void> {
    const from = { key: `refused:${message.id}`, whatsAppId: message.address, sender: phoneNumberId };
    const signal = { ...from, scope: 'marketing', direction: 'stop', source: 'provider' } as const;
    await this.optOuts.apply(await this.complete([{ ...signal, at: new Date() }]));
  }

  private toSignal(item: WebhookItem): OptOutSignal | undefined {
    if (item.kind === 'inbound') return fromMessage(item, this.config.optOutKeywords);
    if (item.kind === 'preference') return fromPreference(item);
    if (item.kind === 'status') return fromRefusal(item);
    return undefined;
  }

  // Who hides the number behind a user name answers a message of ours, and that had the number.
  private async complete(signals: OptOutSignal[]): Promise<OptOutSignal[]> {
    const isUnknown = ({ whatsAppId }: OptOutSignal): boolean => !/^\d+$/u.test(whatsAppId);
    const wamids = signals.filter(isUnknown).flatMap(({ contextWamid }) => contextWamid ?? []);
    const addresses = await this.lookUp(FIND_ADDRESSES, wamids, 'wamid', 'address');
    const senders = signals.flatMap(({ scope, sender }) => (scope === 'marketing' && sender ? [sender] : []));
    const numbers = await this.lookUp(FIND_NUMBERS, senders, 'id', 'number');
    return signals.map((signal) => ({
      ...signal,
      whatsAppId: isUnknown(signal)
        ? (addresses.get(signal.contextWamid ?? '') ?? signal.whatsAppId)
        : signal.whatsAppId,
      senderNumber: numbers.get(signal.sender ?? ''),
    }));
  }

  private async lookUp(
    sql: string,
    keys: string[],
    key: string,
    value: string,
  ): Promise<Map<string, string>> {
    if (keys.length === 0) return new Map();
    const rows = await this.uow.manager.query<Record<string, string>[]>(sql, [keys]);
    return new Map(rows.map((row) => [row[key]!, row[value]!]));
  }
}

function fromMessage(item: InboundItem, keywords: readonly string[]): OptOutSignal | undefined {
  const { messageId, from, text, payload, contextWamid, phoneNumberId, at } = item;
  const wish = readOptOut({ text, payload }, keywords);
  if (!wish) return undefined;
  const said = { text: text ?? payload, contextWamid, sender: phoneNumberId };
  return { key: `inbound:${messageId}`, whatsAppId: from, scope: 'all', ...wish, ...said, at };
}

function fromPreference(item: PreferenceItem): OptOutSignal | undefined {
  const { from, category, value: direction, phoneNumberId: sender, at } = item;
  if (category !== MARKETING || !sender) return undefined;
  const key = `preference:${sender}:${from}:${at.getTime()}:${direction}`;
  return { key, whatsAppId: from, scope: 'marketing', direction, source: 'preference', sender, at };
}

function fromRefusal(item: StatusItem): OptOutSignal | undefined {
  const { wamid, error, recipientId, phoneNumberId: sender, at } = item;
  if (error?.code !== MARKETING_STOPPED || !sender) return undefined;
  const base = { key: `refused:${wamid}`, whatsAppId: recipientId ?? '', contextWamid: wamid, sender, at };
  return { ...base, scope: 'marketing', direction: 'stop', source: 'provider' };
}
