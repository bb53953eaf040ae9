import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { IntegrationStates } from '../integrations/integration-states.js';
import { MetaTemplatesRepository, type ToldChange } from '../meta-templates/meta-templates.repository.js';
import { toCategory } from '../meta-templates/meta-templates.service.js';
import type { AccountItem, TemplateChangeItem, TemplateStatusItem, WebhookItem } from './webhook-items.js';

type PlatformItem = TemplateStatusItem | TemplateChangeItem | AccountItem;

/** The status that an event leaves a template in. Undefined: a warning, the status stays. */
const STATUS_AFTER: Readonly<Record<string, string | undefined>> = {
  APPROVED: 'APPROVED',
  REINSTATED: 'APPROVED',
  UNARCHIVED: 'APPROVED',
  UNPAUSED: 'APPROVED',
  FLAGGED: undefined,
};

// A block by the account that names no end is looked into by the probe, which sees it as long as it lasts.
const PROBE_SOON = `
  UPDATE whatsapp_integrations SET probe_due_at = least(probe_due_at, now())
   WHERE waba_id = $1 AND (held_until IS NULL OR held_until <= now())`;

/** What WhatsApp tells by webhook of accounts, numbers and templates. Applying it again changes nothing. */
@Injectable()
export class PlatformEvents {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly templates: MetaTemplatesRepository,
    private readonly states: IntegrationStates,
  ) {}

  /** Applies what concerns accounts, numbers and templates, and passes over the rest. Joins the transaction. */
  async apply(items: readonly WebhookItem[]): Promise<void> {
    const ours = items.filter(isPlatformItem);
    // One order in every process, because the rows of an account are locked.
    for (const item of [...ours].sort((a, b) => orderOf(a).localeCompare(orderOf(b))))
      await this.applyOne(item);
  }

  private async applyOne(item: PlatformItem): Promise<void> {
    if (item.wabaId === undefined) return;
    switch (item.kind) {
      case 'template-status':
        return this.templates.applyTold(toldByStatus(item, item.wabaId));
      case 'template-change':
        return this.templates.applyTold(toldByChange(item, item.wabaId));
      case 'account':
        return this.applyAccount(item, item.wabaId);
    }
  }

  private async applyAccount(item: AccountItem, wabaId: string): Promise<void> {
    if (item.blockedBecause === undefined) {
      await this.uow.manager.query(PROBE_SOON, [wabaId]);
      return;
    }
    const rows = await this.uow.manager.query<{ id: string }[]>(
      `SELECT id FROM whatsapp_integrations WHERE waba_id = $1 ORDER BY id`,
      [wabaId],
    );
    const error = { code: 'whatsapp.account.blocked', message: item.blockedBecause };
    for (const { id } of rows) await this.states.markError(id, error, item.blockedUntil);
  }
}

const isPlatformItem = (item: WebhookItem): item is PlatformItem =>
  item.kind === 'template-status' || item.kind === 'template-change' || item.kind === 'account';

const orderOf = (item: PlatformItem): string =>
  [item.wabaId, item.kind, 'name' in item ? item.name : '', item.at.toISOString()].join(' ');

function toldByStatus({ name, language, event, reason, at }: TemplateStatusItem, wabaId: string): ToldChange {
  const status = event in STATUS_AFTER ? STATUS_AFTER[event] : event;
  return { wabaId, name, language, status, reason: reason === 'NONE' ? undefined : reason, at };
}

function toldByChange(item: TemplateChangeItem, wabaId: string): ToldChange {
  const { name, language, quality, at } = item;
  const category = item.category === undefined ? undefined : toCategory(item.category);
  return { wabaId, name, language, category, quality, at };
}
