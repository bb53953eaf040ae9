import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../platform/queue/repeating-work.js';
import { WhatsAppService } from '../whatsapp/index.js';
import { TemplateSyncsRepository } from './template-syncs.repository.js';
import { TemplateSyncs } from './template-syncs.service.js';

const IDLE_MS = 60_000;
/** Even without any webhook the libraries are no older than this. */
const RESYNC_AFTER_MS = 6 * 60 * 60_000;

/** Finds syncs whose job was lost, and integrations whose templates were not looked at for long. */
@Injectable()
export class TemplateSyncSweeper extends RepeatingWork {
  protected readonly everyMs = 15_000;

  constructor(
    private readonly whatsApp: WhatsAppService,
    private readonly repository: TemplateSyncsRepository,
    private readonly syncs: TemplateSyncs,
  ) {
    super();
  }

  protected async work(): Promise<void> {
    await this.sweep();
  }

  /** Enqueues what waits for longer than `idleMs` and asks for what is due. Returns how many. */
  async sweep(idleMs = IDLE_MS): Promise<number> {
    const ids = (await this.whatsApp.findActive()).map(({ id }) => id);
    const due = await this.repository.findDue(ids, RESYNC_AFTER_MS);
    for (const id of due) await this.syncs.request(id, true);
    const neglected = await this.repository.findNeglected(ids, idleMs);
    for (const id of neglected) await this.syncs.enqueue(id);
    return due.length + neglected.length;
  }
}
