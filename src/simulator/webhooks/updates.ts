import { createWamid } from '../sending/wamid.js';
import type { LedgerRow } from '../sending/ledger.js';
import type { StatusName } from '../outcomes/outcome-profiles.js';
import { hash32 } from '../outcomes/random.js';
import type { PhoneNumber } from '../accounts/world.js';
import { titleOf } from '../graph/graph-errors.js';
import type { TemplateNode } from '../seed.js';
import type { Contact, Metadata, WebhookUpdate } from './webhook-payload.js';

const NAMES = ['Anna', 'Zoë Müller', 'José Núñez', 'Łukasz', 'Σοφία', 'さくら', 'Emre 🙂', "D'Arcy"];
const COUNTRIES: Record<string, string> = {
  '1': 'US',
  '31': 'NL',
  '33': 'FR',
  '34': 'ES',
  '39': 'IT',
  '41': 'CH',
  '43': 'AT',
  '44': 'GB',
  '49': 'DE',
  '52': 'MX',
  '54': 'AR',
  '55': 'BR',
  '91': 'IN',
};

const seconds = (at: number): string => String(Math.floor(at / 1_000));
const metadataOf = (number: PhoneNumber): Metadata => ({
  display_phone_number: number.digits,
  phone_number_id: number.id,
});

/** The business-scoped id of a user: the same for the same portfolio and user. */
const userIdOf = (portfolioId: string, waId: string): string => {
  const country = COUNTRIES[waId.slice(0, 2)] ?? COUNTRIES[waId.slice(0, 1)] ?? 'ZZ';
  return `${country}.${hash32(waId, hash32(portfolioId))}${hash32(portfolioId + waId)}`;
};

/** Builds the updates of one portfolio in the shape of API version 24 and later. */
export class Updates {
  constructor(private readonly portfolioId: string) {}

  status(
    number: PhoneNumber,
    row: LedgerRow,
    told: { status: StatusName; code?: number; at: number },
  ): WebhookUpdate {
    const { status, code, at } = told;
    const isFailed = status === 'failed';
    return {
      kind: 'status',
      wabaId: number.wabaId,
      metadata: metadataOf(number),
      contact: isFailed ? undefined : this.contact(row.waId),
      status: {
        id: row.wamid,
        status,
        timestamp: seconds(at),
        recipient_id: row.waId,
        recipient_user_id: userIdOf(this.portfolioId, row.waId),
        ...(row.callbackData === undefined ? {} : { biz_opaque_callback_data: row.callbackData }),
        ...(status === 'sent' || status === 'delivered' ? { pricing: pricingOf(row) } : {}),
        ...(isFailed ? { errors: [errorOf(code ?? 131000)] } : {}),
      },
    };
  }

  message(
    number: PhoneNumber,
    from: string,
    content: { type: string; [part: string]: unknown },
  ): WebhookUpdate {
    const isSystem = content.type === 'system';
    return {
      kind: 'message',
      wabaId: number.wabaId,
      metadata: metadataOf(number),
      contact: isSystem ? undefined : this.contact(from, content.name),
      message: {
        from,
        from_user_id: userIdOf(this.portfolioId, from),
        id: createWamid(from, 'inbound'),
        timestamp: seconds(Date.now()),
        ...content,
        name: undefined,
      },
    };
  }

  preference(number: PhoneNumber, from: string, value: 'stop' | 'resume'): WebhookUpdate {
    const detail = `User requested to ${value} marketing messages`;
    const timestamp = Math.floor(Date.now() / 1_000);
    return {
      kind: 'preference',
      wabaId: number.wabaId,
      metadata: metadataOf(number),
      contact: this.contact(from),
      preference: {
        wa_id: from,
        user_id: userIdOf(this.portfolioId, from),
        detail,
        category: 'marketing_messages',
        value,
        timestamp,
      },
    };
  }

  private contact(waId: string, name?: unknown): Contact {
    return {
      profile: { name: typeof name === 'string' ? name : NAMES[hash32(waId) % NAMES.length]! },
      wa_id: waId,
      user_id: userIdOf(this.portfolioId, waId),
    };
  }
}

function pricingOf(row: LedgerRow): object {
  const category = row.endpoint === 'marketing_messages' ? 'marketing_lite' : row.category.toLowerCase();
  return { billable: true, pricing_model: 'PMP', type: 'regular', category };
}

function errorOf(code: number): object {
  const title = titleOf(code);
  return {
    code,
    title,
    message: title,
    error_data: { details: `${title}.` },
    href: '/documentation/business-messaging/whatsapp/support/error-codes/',
  };
}

/** The change of a template's status. Template ids are numbers in webhooks. */
export function templateStatusUpdate(wabaId: string, template: TemplateNode, title?: string): WebhookUpdate {
  return {
    kind: 'account',
    wabaId,
    field: 'message_template_status_update',
    value: {
      event: template.status,
      ...templateFields(template),
      message_template_category: template.category,
      reason: template.rejected_reason ?? 'NONE',
      ...(title === undefined ? {} : { other_info: { title, description: title } }),
    },
  };
}

export function templateQualityUpdate(
  wabaId: string,
  template: TemplateNode,
  previous: string,
): WebhookUpdate {
  return {
    kind: 'account',
    wabaId,
    field: 'message_template_quality_update',
    value: {
      previous_quality_score: previous,
      new_quality_score: template.quality_score?.score ?? 'UNKNOWN',
      ...templateFields(template),
    },
  };
}

export function templateCategoryUpdate(wabaId: string, template: TemplateNode): WebhookUpdate {
  return {
    kind: 'account',
    wabaId,
    field: 'template_category_update',
    value: {
      ...templateFields(template),
      previous_category: template.previous_category,
      new_category: template.category,
    },
  };
}

const templateFields = (template: TemplateNode): object => ({
  message_template_id: Number(template.id),
  message_template_name: template.name,
  message_template_language: template.language,
});
