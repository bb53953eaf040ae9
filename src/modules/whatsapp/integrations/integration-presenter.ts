import { Injectable } from '@nestjs/common';
import { mapPage, type Page } from '../../../kernel/page.js';
import { MessagingSettingsService } from '../profiles/messaging-settings.service.js';
import { SupportedContentsService } from '../profiles/supported-contents.service.js';
import type { Expansion, IntegrationView, MessagingIntegrationView } from './integration.dto.js';
import type { WhatsAppIntegration } from './integration.entity.js';
import { type Expanded, toIntegrationView, toMessagingIntegrationView } from './integration.view.js';

/** Integrations for the wire, with the profiles that the caller wants in full. */
@Injectable()
export class IntegrationPresenter {
  constructor(
    private readonly contents: SupportedContentsService,
    private readonly settings: MessagingSettingsService,
  ) {}

  async present(row: WhatsAppIntegration, expand?: Expansion[]): Promise<IntegrationView> {
    return toIntegrationView(row, await this.expand([row], expand));
  }

  async presentPage(page: Page<WhatsAppIntegration>, expand?: Expansion[]): Promise<Page<IntegrationView>> {
    const expanded = await this.expand(page.entities, expand);
    return mapPage(page, (row) => toIntegrationView(row, expanded));
  }

  async presentMixedPage(
    page: Page<WhatsAppIntegration>,
    expand?: Expansion[],
  ): Promise<Page<MessagingIntegrationView>> {
    const expanded = await this.expand(page.entities, expand);
    return mapPage(page, (row) => toMessagingIntegrationView(row, expanded));
  }

  private async expand(rows: readonly WhatsAppIntegration[], expand: Expansion[] = []): Promise<Expanded> {
    const wanted = (what: Expansion, ids: (string | null)[]): (string | null)[] =>
      expand.includes(what) ? ids : [];
    const contentIds = wanted(
      'supportedContent',
      rows.map((row) => row.supportedContentId),
    );
    const settingIds = wanted(
      'messagingSetting',
      rows.map((row) => row.messagingSettingId),
    );
    return {
      contents: await this.contents.byId(contentIds),
      settings: await this.settings.byId(settingIds),
    };
  }
}
