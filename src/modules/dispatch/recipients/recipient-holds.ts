import { Injectable } from '@nestjs/common';
import { isUnitedStatesNumber } from '../../../kernel/united-states.js';
import { whatsAppMatchKey } from '../../../kernel/whatsapp-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ContactListsService } from '../../contact-lists/index.js';
import { HeldRecipients } from '../../dnc-lists/index.js';
import { RecipientPairs } from '../pacing/recipient-pairs.js';

const DAY_MS = 24 * 60 * 60_000;
/** After the first failure the reason may go away by itself: a phone that is updated, terms that are accepted. */
const UNREACHABLE_FOR = '30 days';
/** A second failure this much later is no coincidence. */
const STRIKES_APART = '7 days';
/** Nearly two of three messages get through after a week, one of ten within the first days (WhatsApp Cloud API). */
const COOL_DOWN_MS = 7 * DAY_MS;
const FORGET_AFTER = '1 year';
const LIFT_AT_ONCE = 1_000;

/** A message may arrive so much later than it was sent (WhatsApp Cloud API, ordering and TTL). */
const ARRIVES_WITHIN = '30 days';

/**
 * Strike: ids of messages that were undeliverable. Answers whose hold began or became longer. A failure that is told
 * late says nothing of a person of whom something is known since: a message of any run or of none that arrived, or a
 * reply. Runs are few, and each has an index of its persons.
 */
const STRIKE = `
  WITH failed AS (
    SELECT DISTINCT ON (match_key) match_key, address, coalesce(failed_at, clock_timestamp()) AS at
      FROM campaign_messages
     WHERE id = ANY ($1::uuid[]) AND match_key IS NOT NULL AND delivered_at IS NULL
     ORDER BY match_key, failed_at DESC NULLS LAST
  ), struck AS (
    SELECT f.* FROM failed f
     WHERE NOT EXISTS (SELECT FROM replies WHERE match_key = f.match_key AND said_at >= f.at)
       AND NOT EXISTS (
         SELECT FROM campaign_runs r
           JOIN campaign_messages m ON m.run_id = r.id AND m.match_key = f.match_key AND m.calling_at IS NOT NULL
          WHERE (r.finished_at IS NULL
                 OR (r.finished_at > f.at - interval '${ARRIVES_WITHIN}' AND r.messages <> 'gone'))
            AND greatest(m.delivered_at, m.read_at) >= f.at)
       AND NOT EXISTS (
         SELECT FROM agentless_messages
          WHERE address = f.address AND delivered_at IS NOT NULL AND greatest(delivered_at, read_at) >= f.at)
  ), counted AS (
    INSERT INTO unreachable_recipients AS u (match_key, strikes, struck_at, held_until)
    SELECT match_key, 1, at, at + interval '${UNREACHABLE_FOR}' FROM struck
    ON CONFLICT (match_key) DO UPDATE
      SET strikes = u.strikes + 1, struck_at = excluded.struck_at, held_until = 'infinity'
      WHERE excluded.struck_at >= u.struck_at + interval '${STRIKES_APART}'
    RETURNING match_key, held_until
  )
  SELECT s.address AS "whatsAppId", CASE WHEN c.held_until < 'infinity' THEN c.held_until END AS until
    FROM counted c JOIN struck s USING (match_key)`;

// What somebody else marked is not ours to take away one day.
const MARK = `
  INSERT INTO unreachable_contacts (contact_seq, contact_column, match_key)
  SELECT m.contact_seq, m.contact_column, m.match_key
    FROM campaign_messages m
    JOIN unreachable_recipients u ON u.match_key = m.match_key AND u.held_until > clock_timestamp()
    JOIN contact_list_contacts_v c ON c.seq = m.contact_seq AND m.contact_column <> ALL (c.uncontactable_columns)
   WHERE m.id = ANY ($1::uuid[]) AND m.delivered_at IS NULL
   ORDER BY m.contact_seq
  ON CONFLICT DO NOTHING
  RETURNING contact_seq AS "contactSeq", contact_column AS "column"`;

/** Match keys, moments. What was told of an earlier moment than the failure says nothing. */
const REACHED = `
    FROM unnest($1::text[], $2::timestamptz[]) AS told (match_key, at)
    JOIN unreachable_recipients u ON u.match_key = told.match_key AND u.struck_at <= told.at`;
const ANY_REACHED = `SELECT EXISTS (SELECT ${REACHED}) AS "any"`;
const FREE = `
  DELETE FROM unreachable_recipients WHERE match_key IN (SELECT u.match_key ${REACHED})
  RETURNING match_key AS key`;

const UNMARK = `
  DELETE FROM unreachable_contacts WHERE match_key = ANY ($1::text[])
  RETURNING contact_seq AS "contactSeq", contact_column AS "column"`;

const OVER = `
  FROM unreachable_recipients WHERE held_until NOT IN ('-infinity', 'infinity') AND held_until <= now()`;
const ANY_OVER = `SELECT EXISTS (SELECT ${OVER}) AS "any"`;

// The row stays: another failure is the second one.
const LIFT = `
  UPDATE unreachable_recipients SET held_until = '-infinity'
   WHERE match_key IN (SELECT match_key ${OVER} LIMIT ${LIFT_AT_ONCE})
  RETURNING match_key AS key`;

const FORGET = `
  DELETE FROM unreachable_recipients
   WHERE held_until = '-infinity' AND struck_at < now() - interval '${FORGET_AFTER}'`;

interface Mark {
  contactSeq: string;
  column: string;
}

/**
 * People to whom nothing more is sent for a while, because of what became of a message to them. Who could not be reached
 * gets nothing, under any contact, for thirty days, and after a second failure a week or more later until something of
 * them arrives; the column of the contact is marked as uncontactable meanwhile. Whom WhatsApp lets no more marketing
 * through to gets none for a week, in the United States none at all. Everything here may be done twice.
 *
 * Whoever writes locks the list first, then rows of people and contacts, so that nobody waits in a circle.
 */
@Injectable()
export class RecipientHolds {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly held: HeldRecipients,
    private readonly contactLists: ContactListsService,
    private readonly pairs: RecipientPairs,
  ) {}

  /** The number sends nothing to the person for a while. */
  async rest(integrationId: string, address: string, ms: number): Promise<void> {
    await this.pairs.rest(integrationId, whatsAppMatchKey(address), ms);
  }

  /** These messages were undeliverable. */
  async strike(messageIds: readonly string[]): Promise<void> {
    if (messageIds.length === 0) return;
    await this.uow.run(async () => {
      await this.held.lock('unreachable');
      const held = await this.uow.manager.query<{ whatsAppId: string; until: Date | null }[]>(STRIKE, [
        messageIds,
      ]);
      const marks = await this.uow.manager.query<Mark[]>(MARK, [messageIds]);
      await this.contactLists.markUncontactable(marks);
      await this.held.hold('unreachable', held);
    });
  }

  /** WhatsApp held marketing back from these people. */
  async coolDown(people: readonly { address: string; at: Date }[]): Promise<void> {
    const holds = people.map(({ address, at }) => ({
      whatsAppId: address,
      // No marketing arrives there at all; it is no matter of days (WhatsApp Cloud API, error table).
      until: isUnitedStatesNumber(address) ? null : new Date(at.getTime() + COOL_DOWN_MS),
    }));
    await this.held.hold('cool-down', holds);
  }

  /** Something arrived at these people, or came from them. */
  async reached(people: readonly { matchKey: string; at: Date }[]): Promise<void> {
    const told = [people.map(({ matchKey }) => matchKey), people.map(({ at }) => at.toISOString())];
    if (people.length === 0 || !(await this.isAny(ANY_REACHED, told))) return;
    await this.uow.run(() => this.free(FREE, told));
  }

  /** Ends what is over. True when there may be more. */
  async lift(): Promise<boolean> {
    const lifted = (await this.isAny(ANY_OVER)) ? await this.uow.run(() => this.free(LIFT)) : 0;
    await this.uow.manager.query(FORGET);
    return lifted === LIFT_AT_ONCE;
  }

  // Nearly everybody of whom something is told can be reached; then there is nothing to lock.
  private async isAny(sql: string, params: unknown[] = []): Promise<boolean> {
    const [row] = await this.uow.manager.query<[{ any: boolean }]>(sql, params);
    return row.any;
  }

  private async free(sql: string, params: unknown[] = []): Promise<number> {
    await this.held.lock('unreachable');
    const [freed] = await this.uow.manager.query<[{ key: string }[], number]>(sql, params);
    await this.release(freed.map(({ key }) => key));
    return freed.length;
  }

  private async release(matchKeys: readonly string[]): Promise<void> {
    if (matchKeys.length === 0) return;
    const [marks] = await this.uow.manager.query<[Mark[], number]>(UNMARK, [matchKeys]);
    await this.contactLists.unmarkUncontactable(marks);
    await this.held.release('unreachable', matchKeys);
  }
}
