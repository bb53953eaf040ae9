import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { toWireDate } from '../../../platform/http/json-dates.js';
import type { DivisionRef } from '../../access/index.js';
import { CAMPAIGNS_PATH } from '../campaign.view.js';
import { occurrencesOf } from './occurrences.js';
import type { Recurrence, ScheduleInterval } from './schedule.js';
import type { CampaignSchedule } from './schedules.repository.js';

export const SCHEDULES_PATH = '/api/v2/outbound/schedules/whatsappcampaigns';

interface OccurrenceDetails {
  dateOfNextOccurrence: string;
}

/** The next occurrence of which the begin or the end is still to come. */
interface NextOccurrenceDetails {
  startOccurrenceDetails?: OccurrenceDetails;
  endOccurrenceDetails?: OccurrenceDetails;
}

type RecurrenceView = Recurrence & { nextOccurrenceDetails?: NextOccurrenceDetails };

/** A schedule on the wire (Genesys Cloud API, WhatsAppCampaignSchedule). Its id is that of its campaign. */
export class ScheduleView {
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

  @ApiPropertyOptional({ type: Object })
  whatsAppCampaign: { id: string; name: string; division: DivisionRef; selfUri: string };

  @ApiProperty()
  selfUri: string;
}

export function toScheduleView(
  schedule: CampaignSchedule,
  division: DivisionRef,
  now = new Date(),
): ScheduleView {
  const { campaignId: id, campaignName: name } = schedule;
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
    whatsAppCampaign: { id, name, division, selfUri: `${CAMPAIGNS_PATH}/${id}` },
    selfUri: `${SCHEDULES_PATH}/${id}`,
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
