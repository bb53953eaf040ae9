import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../../kernel/page.js';
import type { NamedFilter } from '../../../platform/database/named-page.js';
import { onConstraint } from '../../../platform/database/database-errors.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { EventBus } from '../../../platform/events/event-bus.js';
import { AuditTrail, NamedObjects } from '../../access/index.js';
import { type CallableTime, type CallableTimeDraft, explainCallableTimes } from './callable-time.js';
import type { CallableTimeSetDto } from './callable-time-set.dto.js';
import { CallableTimeSet } from './callable-time-set.entity.js';
import { CallableTimeSetChanged } from './callable-times.events.js';

const MAX_SETS = 1_000;

/** Callable time sets of the organisation (Genesys Cloud API, callable time sets). */
@Injectable()
export class CallableTimeSetsService {
  private readonly sets: NamedObjects<CallableTimeSet>;

  constructor(
    private readonly uow: UnitOfWork,
    audit: AuditTrail,
    private readonly events: EventBus,
  ) {
    this.sets = new NamedObjects(
      {
        entity: CallableTimeSet,
        table: 'callable_time_sets',
        noun: 'callable time set',
        notFoundCode: 'callable.time.set.not.found',
        auditedAs: 'outbound:callableTimeSet',
        max: MAX_SETS,
      },
      uow,
      audit,
    );
  }

  list(filter: NamedFilter, page: PageRequest): Promise<Page<CallableTimeSet>> {
    return this.sets.list(filter, page);
  }

  /** Throws 404. */
  get(id: string): Promise<CallableTimeSet> {
    return this.sets.get(id);
  }

  /** Those of the sets that exist. */
  find(ids: readonly string[]): Promise<CallableTimeSet[]> {
    return this.sets.find(ids);
  }

  /** Throws 400 with everything that is wrong with the set. */
  create({ name, callableTimes = [] }: CallableTimeSetDto): Promise<CallableTimeSet> {
    return this.sets.create(toContent(name, callableTimes), explainCallableTimes(callableTimes));
  }

  /** Throws 404, 409 for a version that is not the newest, 400 with everything that is wrong with the set. */
  async update(
    id: string,
    { name, callableTimes = [], version }: CallableTimeSetDto,
  ): Promise<CallableTimeSet> {
    const stored = await this.sets.get(id);
    const reasons = explainCallableTimes(callableTimes);
    return this.uow.run(async () => {
      const updated = await this.sets.update(stored, version, toContent(name, callableTimes), reasons);
      await this.events.publish(new CallableTimeSetChanged(id));
      return updated;
    });
  }

  /** Throws 404, 400 while a campaign uses the set. */
  async delete(id: string): Promise<void> {
    await this.sets.delete(await this.sets.get(id));
  }
}

// Only after the rules have found nothing wrong is it what its type says.
function toContent(
  name: string | undefined,
  drafts: CallableTimeDraft[],
): Pick<CallableTimeSet, 'name' | 'callableTimes'> {
  const callableTimes = drafts.map(({ name: label, timeZoneId, timeSlots = [] }) => ({
    ...(label === undefined ? {} : { name: label }),
    timeZoneId,
    timeSlots: timeSlots.map(({ startTime, stopTime, day }) => ({ startTime, stopTime, day })),
  }));
  return { name: (name ?? '').trim(), callableTimes: callableTimes as CallableTime[] };
}

onConstraint(
  'messaging_campaigns_callable_time_set_fk',
  () =>
    new ApiError(
      'invalid',
      'referential.integrity.error',
      'The callable time set is used by a campaign; take it out of the campaign or delete the campaign first.',
    ),
);
