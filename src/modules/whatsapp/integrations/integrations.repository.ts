import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { QueryDeepPartialEntity } from 'typeorm';
import type { Page, PageRequest } from '../../../kernel/page.js';
import { pageOffset } from '../../../kernel/page.js';
import { SealedColumns } from '../../../platform/crypto/sealed-columns.js';
import { SecretBox } from '../../../platform/crypto/secret-box.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { integrationNotFound } from './integration.errors.js';
import { WhatsAppIntegration } from './integration.entity.js';

/** What may change; the version is counted here. */
export type IntegrationChange = QueryDeepPartialEntity<WhatsAppIntegration>;

/** Only integrations with these profiles. */
export interface ProfileFilter {
  supportedContentId?: string;
  messagingSettingId?: string;
}

/** An integration with its secrets in clear. */
export interface UnlockedIntegration extends WhatsAppIntegration {
  token: string;
  clearPin: string | undefined;
}

const tokenContext = (id: string): string => `whatsapp-integration-token:${id}`;
const pinContext = (id: string): string => `whatsapp-integration-pin:${id}`;

@Injectable()
export class IntegrationsRepository implements OnModuleInit {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly box: SecretBox,
    private readonly sealed: SealedColumns,
  ) {}

  onModuleInit(): void {
    const table = 'whatsapp_integrations';
    this.sealed.add({ table, column: 'access_token', contextOf: tokenContext });
    this.sealed.add({ table, column: 'pin', contextOf: pinContext });
  }

  async list(page: PageRequest, where: ProfileFilter = {}): Promise<Page<WhatsAppIntegration>> {
    const query = this.uow.manager
      .createQueryBuilder(WhatsAppIntegration, 'integration')
      .orderBy('integration.name')
      .addOrderBy('integration.id')
      .skip(pageOffset(page))
      .take(page.pageSize);
    const { supportedContentId, messagingSettingId } = where;
    if (supportedContentId) query.andWhere('integration.supportedContentId = :supportedContentId', where);
    if (messagingSettingId) query.andWhere('integration.messagingSettingId = :messagingSettingId', where);
    const [entities, total] = await query.getManyAndCount();
    return { ...page, entities, total };
  }

  findMany(ids: readonly string[]): Promise<WhatsAppIntegration[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return this.uow.manager
      .createQueryBuilder(WhatsAppIntegration, 'integration')
      .where('integration.id = ANY(:ids)', { ids })
      .getMany();
  }

  findActive(): Promise<WhatsAppIntegration[]> {
    return this.uow.manager.find(WhatsAppIntegration, { where: { status: 'Active' }, order: { id: 'ASC' } });
  }

  /** Throws 404. */
  async get(id: string): Promise<WhatsAppIntegration> {
    const found = await this.uow.manager.findOneBy(WhatsAppIntegration, { id });
    if (!found) throw integrationNotFound(id);
    return found;
  }

  /** With its secrets; throws when they can't be decrypted. */
  async findUnlocked(id: string): Promise<UnlockedIntegration | undefined> {
    const row = await this.uow.manager
      .createQueryBuilder(WhatsAppIntegration, 'integration')
      .addSelect(['integration.accessToken', 'integration.pin'])
      .where('integration.id = :id', { id })
      .getOne();
    if (!row) return undefined;
    const token = this.box.open(row.accessToken, tokenContext(id));
    return Object.assign(row, {
      token,
      clearPin: row.pin ? this.box.open(row.pin, pinContext(id)) : undefined,
    });
  }

  /** Integrations whose signup or activation is under way and was not touched for `idleMs`. */
  findUnfinished(idleMs: number): Promise<{ id: string; version: number }[]> {
    return this.uow.manager.query(
      `SELECT id, version FROM whatsapp_integrations
        WHERE (create_status = 'Initiated' OR status = 'Starting')
          AND modified_at < now() - $1 * interval '1 millisecond'
        ORDER BY modified_at LIMIT 100`,
      [idleMs],
    );
  }

  async insert(integration: IntegrationChange & { id: string }, token: string): Promise<WhatsAppIntegration> {
    const accessToken = this.sealToken(integration.id, token);
    await this.uow.manager.insert(WhatsAppIntegration, { ...integration, accessToken });
    return this.get(integration.id);
  }

  sealToken(id: string, token: string): Buffer {
    return this.box.seal(token, tokenContext(id));
  }

  sealPin(id: string, pin: string): Buffer {
    return this.box.seal(pin, pinContext(id));
  }

  /** Changes the integration if it still has that version. Returns false when it changed meanwhile or is gone. */
  async update(
    { id, version }: { id: string; version: number },
    change: IntegrationChange,
  ): Promise<boolean> {
    const result = await this.uow.manager.update(
      WhatsAppIntegration,
      { id, version },
      { ...change, version: version + 1, modifiedAt: () => 'now()' },
    );
    return result.affected === 1;
  }

  /** The next probe: soon for a broken number, but not within its hold. */
  async scheduleProbe(
    id: string,
    { healthyMs, brokenMs }: { healthyMs: number; brokenMs: number },
  ): Promise<void> {
    await this.uow.manager.query(
      `UPDATE whatsapp_integrations
          SET probe_due_at = CASE WHEN status = 'Active' THEN now() + $2 * interval '1 millisecond'
                                  ELSE greatest(now() + $3 * interval '1 millisecond', held_until) END
        WHERE id = $1`,
      [id, healthyMs, brokenMs],
    );
  }

  async remove(id: string): Promise<void> {
    await this.uow.manager.delete(WhatsAppIntegration, { id });
  }
}
