import { type Change, listOf, type Loose, toDate, toObject, toText } from './webhook-change.js';
import type { AccountItem, TemplateChangeItem, TemplateStatusItem } from './webhook-items.js';

const BLOCKING_RESTRICTION = 'RESTRICTED_BIZ_INITIATED_MESSAGING';

/** What a webhook says of a business account, its numbers or templates; undefined when it says nothing of the kind. */
export function parseAccountChange(
  change: Change,
): TemplateStatusItem | TemplateChangeItem | AccountItem | undefined {
  switch (change.field) {
    case 'message_template_status_update':
      return parseTemplateStatus(change);
    case 'message_template_quality_update':
      return parseTemplateChange(change, { quality: toText(change.value.new_quality_score) });
    case 'template_category_update':
      return parseTemplateChange(change, { category: effectiveCategory(change.value) });
    case 'message_template_components_update':
      return parseTemplateChange(change, {});
    case 'account_update':
      return parseAccount(change);
    case 'phone_number_quality_update':
    case 'account_review_update':
    case 'business_capability_update':
      return toAccountItem(change, toText(change.value.event) ?? change.field);
    default:
      return undefined;
  }
}

function parseTemplateStatus({ value, wabaId, now, entryTime }: Change): TemplateStatusItem | undefined {
  const event = toText(value.event);
  const name = toText(value.message_template_name);
  if (event === undefined || name === undefined) return undefined;
  return {
    kind: 'template-status',
    wabaId,
    templateId: toText(value.message_template_id),
    name,
    language: languageOf(value),
    event,
    reason: toText(value.reason),
    at: toDate(entryTime, now),
  };
}

function parseTemplateChange(
  { value, wabaId, now, entryTime }: Change,
  what: Pick<TemplateChangeItem, 'category' | 'quality'>,
): TemplateChangeItem | undefined {
  const name = toText(value.message_template_name);
  if (name === undefined) return undefined;
  const at = toDate(entryTime, now);
  return { kind: 'template-change', wabaId, name, language: languageOf(value), ...what, at };
}

// An announcement names the category that will be correct; until then the current one counts.
const effectiveCategory = (value: Loose): string | undefined => toText(value.new_category);

const languageOf = (value: Loose): string | undefined =>
  toText(value.message_template_language)?.replace('-', '_');

function parseAccount(change: Change): AccountItem | undefined {
  const { value, now } = change;
  const event = toText(value.event);
  switch (event) {
    case undefined:
      return undefined;
    case 'ACCOUNT_DELETED':
      return toAccountItem(change, event, { blockedBecause: 'The business account was deleted.' });
    case 'ACCOUNT_OFFBOARDED':
      return toAccountItem(change, event, { blockedBecause: 'The business account was disconnected.' });
    case 'DISABLED_UPDATE':
      return toAccountItem(
        change,
        event,
        toObject(value.ban_info)?.waba_ban_state === 'DISABLE'
          ? { blockedBecause: 'WhatsApp disabled the business account.' }
          : {},
      );
    case 'ACCOUNT_RESTRICTION': {
      const restriction = listOf(value.restriction_info).find(
        ({ restriction_type: type }) => type === BLOCKING_RESTRICTION,
      );
      if (!restriction) return toAccountItem(change, event);
      const until = toDate(restriction.expiration, now);
      return toAccountItem(change, event, {
        blockedBecause: 'WhatsApp restricted the business account from starting conversations.',
        ...(until > now ? { blockedUntil: until } : {}),
      });
    }
    default:
      return toAccountItem(change, event);
  }
}

function toAccountItem(
  { wabaId, now, entryTime }: Change,
  event: string,
  block: Pick<AccountItem, 'blockedBecause' | 'blockedUntil'> = {},
): AccountItem {
  return { kind: 'account', wabaId, event, ...block, at: toDate(entryTime, now) };
}
