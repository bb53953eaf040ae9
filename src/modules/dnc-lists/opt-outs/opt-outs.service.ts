import { Injectable } from '@nestjs/common';
import { readWhatsAppId } from '../../../kernel/whatsapp-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Logger } from '../../../platform/logging/logger.js';
import { AuditTrail, DivisionsService } from '../../access/index.js';
import { DncEntriesRepository } from '../dnc-entries.repository.js';
import type { OptOutSignal } from './opt-out-signal.js';
import {
  type KnownSignal,
  type OptOutList,
  type OptOutState,
  OptOutsRepository,
} from './opt-outs.repository.js';

/**
 * Opt-outs through WhatsApp. Those who opted out of everything are on one DNC list, those who stopped marketing from a
 * business number on one list per number; both lists hold for every campaign they concern, whether it names them or
 * not. They are made when they are first needed, in the home division.
 */
@Injectable()
export class OptOuts {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: OptOutsRepository,
    private readonly entries: DncEntriesRepository,
    private readonly divisions: DivisionsService,
    private readonly audit: AuditTrail,
    private readonly logger: Logger,
  ) {}

  /** Applies signals, in any order and however often they come: the newest about a person counts. */
  async apply(signals: readonly OptOutSignal[]): Promise<void> {
    const known = signals.flatMap((signal) => this.identify(signal));
    if (known.length === 0) return;
    const numbers = new Map(known.map(({ sender, senderNumber }) => [sender, senderNumber]));
    await this.uow.run(async () => {
      const changed = await this.repository.insert(known);
      if (changed.length === 0) return;
      const states = await this.repository.findNewest(changed);
      for (const group of groupByList(states)) {
        await this.applyToList(group, numbers.get(group[0].sender ?? undefined));
      }
    });
  }

  /**
   * Somebody got another number: it goes on every DNC list that the old one is on, for the person asked for that. The
   * old one stays there too, as nobody knows who asked.
   */
  async carryOver(from: string, to: string): Promise<void> {
    const [old, now] = [readWhatsAppId(from), readWhatsAppId(to)];
    if (!old.ok || !now.ok || old.matchKey === now.matchKey) return;
    await this.uow.run(async () => {
      const lists = await this.entries.copy(old.matchKey, { matchKey: now.matchKey, value: now.id });
      for (const id of lists) {
        const after = { source: 'changed number' };
        await this.audit.record({ action: 'Add', entity: 'outbound:dnc', id, after });
      }
    });
  }

  private identify(signal: OptOutSignal): KnownSignal[] {
    const read = readWhatsAppId(signal.whatsAppId);
    if (read.ok) return [{ ...signal, matchKey: read.matchKey }];
    this.logger.warn({ signal: signal.key }, 'an opt-out came without a number and can not be applied');
    return [];
  }

  private async applyToList(
    states: [OptOutState, ...OptOutState[]],
    senderNumber: string | undefined,
  ): Promise<void> {
    const [first] = states;
    const stops = states.filter(({ direction }) => direction === 'stop');
    const list =
      stops.length > 0
        ? await this.getList(first, senderNumber)
        : await this.repository.findList(first.scope, first.sender);
    if (!list) return;
    await this.entries.lockList(list.id);
    await this.entries.upsert(
      list.id,
      stops.map(({ matchKey, whatsAppId }) => ({ matchKey, value: whatsAppId, expiresAt: null })),
    );
    const resumed = states.filter(({ direction }) => direction === 'resume');
    await this.entries.remove(
      list.id,
      resumed.map(({ matchKey }) => matchKey),
    );
    for (const state of states) await this.audited(list, state);
  }

  private async getList(
    state: Pick<OptOutState, 'scope' | 'sender'>,
    senderNumber: string | undefined,
  ): Promise<OptOutList> {
    const from = senderNumber ?? state.sender;
    const name = state.scope === 'all' ? 'WhatsApp opt-outs' : `WhatsApp marketing opt-outs from ${from}`;
    const home = await this.divisions.home();
    return this.repository.getList(name, home.id, state);
  }

  private async audited({ id, name }: OptOutList, state: OptOutState): Promise<void> {
    const { direction, source, signalKey } = state;
    const action = direction === 'stop' ? 'Add' : 'Delete';
    await this.audit.record({
      action,
      entity: 'outbound:dnc',
      id,
      name,
      after: { source, signal: signalKey },
    });
  }
}

function groupByList(states: readonly OptOutState[]): [OptOutState, ...OptOutState[]][] {
  const groups = new Map<string, [OptOutState, ...OptOutState[]]>();
  for (const state of states) {
    const key = `${state.scope} ${state.sender ?? ''}`;
    const group = groups.get(key);
    if (group) group.push(state);
    else groups.set(key, [state]);
  }
  return [...groups.values()];
}
