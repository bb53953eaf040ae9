import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { toWireDate } from '../../../platform/http/json-dates.js';
import type { DivisionRef } from '../../access/index.js';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { CAMPAIGNS_PATH } from '../campaign.view.js';
import { SEQUENCES_PATH } from '../sequences/sequence.dto.js';
import { occurrencesOf } from './occurrences.js';
import type { Recurrence, ScheduleInterval } from './schedule.js';
import type { StoredSchedule } from './schedules.repository.js';

export const SCHEDULES_PATH = '/api/v2/outbound/schedules/whatsappcampaigns';
const SEQUENCE_SCHEDULES_PATH = '/api/v2/outbound/schedules/sequences';

interface OccurrenceDetails {
  dateOfNextOccurrence: string;
}

/** The next occurrence of which the begin or the end is still to come. */
interface NextOccurrenceDetails {
  startOccurrenceDetails?: OccurrenceDetails;
  endOccurrenceDetails?: OccurrenceDetails;
}

type RecurrenceView = Recurrence & { nextOccurrenceDetails?: NextOccurrenceDetails };

class AnyScheduleView {
  @ApiProperty()
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  dateCreated: string;

  @ApiProperty()
  dateModified: string;

  @ApiProperty()
  version: number;

  @ApiProperty({ type: [Object] })
  intervals: ScheduleInterval[];

  @ApiProperty({ type: [Object] })
  recurrences: RecurrenceView[];

  @ApiProperty()
  timeZone: string;

  @ApiProperty()
  selfUri: string;
}

/** A schedule on the wire (Genesys Cloud API, WhatsAppCampaignSchedule). Its id is that of its campaign. */
export class ScheduleView extends AnyScheduleView {
  @ApiPropertyOptional({ type: Object })
  whatsAppCampaign: { id: string; name: string; division: DivisionRef; selfUri: string };
}

/** A schedule of a sequence on the wire (Genesys Cloud API, SequenceSchedule). Its id is that of its sequence. */
export class SequenceScheduleView extends AnyScheduleView {
  @ApiProperty({ type: EntityRefDto })
  sequence: { id: string; name: string; selfUri: string };
}

export function toScheduleView(
  schedule: StoredSchedule,
  division: DivisionRef,
  now = new Date(),
): ScheduleView {
  const { ownerId: id, ownerName: name } = schedule;
  return {
    ...toAnyView(schedule, SCHEDULES_PATH, now),
    whatsAppCampaign: { id, name, division, selfUri: `${CAMPAIGNS_PATH}/${id}` },
  };
}

export function toSequenceScheduleView(schedule: StoredSchedule, now = new Date()): SequenceScheduleView {
  const { ownerId: id, ownerName: name } = schedule;
  return {
    ...toAnyView(schedule, SEQUENCE_SCHEDULES_PATH, now),
    sequence: { id, name, selfUri: `${SEQUENCES_PATH}/${id}` },
  };
}

function toAnyView(schedule: StoredSchedule, path: string, now: Date): AnyScheduleView {
  const { ownerId: id, ownerName: name } = schedule;
  return {
    id,
    name,
    dateCreated: toWireDate(schedule.createdAt),
    dateModified: toWireDate(schedule.modifiedAt),
    version: schedule.version,
    intervals: schedule.intervals,
    recurrences: schedule.recurrences.map((recurrence) => ({
      ...recurrence,
      nextOccurrenceDetails: nextOccurrence(recurrence, now),
    })),
    timeZone: schedule.timeZone,
    selfUri: `${path}/${id}`,
  };
}

function nextOccurrence(recurrence: Recurrence, now: Date): NextOccurrenceDetails {
  const details: NextOccurrenceDetails = {};
  for (const { start, end } of occurrencesOf(recurrence, now)) {
    details.endOccurrenceDetails ??= { dateOfNextOccurrence: toWireDate(end) };
    if (start <= now) continue;
    details.startOccurrenceDetails = { dateOfNextOccurrence: toWireDate(start) };
    break;
  }
  return details;
}
