import { Injectable } from '@nestjs/common';
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

/** Strike: ids of messages that were undeliverable. Answers whose hold began or became longer. */
const STRIKE = `
  WITH struck AS (
    SELECT DISTINCT ON (match_key) match_key, address, coalesce(failed_at, clock_timestamp()) AS at
      FROM campaign_messages
     WHERE id = ANY ($1::uuid[]) AND match_key IS NOT NULL AND delivered_at IS NULL
     ORDER BY match_key, failed_at DESC NULLS LAST
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

/** Reached: match keys, moments. What was told of an earlier moment than the failure says nothing. */
const REACHED = `
  DELETE FROM unreachable_recipients u
   USING unnest($1::text[], $2::timestamptz[]) AS told (match_key, at)
   WHERE u.match_key = told.match_key AND u.struck_at <= told.at
  RETURNING u.match_key AS key`;

const UNMARK = `
  DELETE FROM unreachable_contacts WHERE match_key = ANY ($1::text[])
  RETURNING contact_seq AS "contactSeq", contact_column AS "column"`;

// The row stays: another failure is the second one.
const LIFT = `
  UPDATE unreachable_recipients SET held_until = '-infinity'
   WHERE match_key IN (SELECT match_key FROM unreachable_recipients
                        WHERE held_until NOT IN ('-infinity', 'infinity') AND held_until <= now()
                        LIMIT ${LIFT_AT_ONCE} FOR UPDATE SKIP LOCKED)
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
 * through to gets none for a week. Everything here may be done twice.
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
      until: new Date(at.getTime() + COOL_DOWN_MS),
    }));
    await this.held.hold('cool-down', holds);
  }

  /** Something arrived at these people, or came from them. */
  async reached(people: readonly { matchKey: string; at: Date }[]): Promise<void> {
    if (people.length === 0) return;
    await this.uow.run(async () => {
      const [freed] = await this.uow.manager.query<[{ key: string }[], number]>(REACHED, [
        people.map(({ matchKey }) => matchKey),
        people.map(({ at }) => at.toISOString()),
      ]);
      await this.release(freed.map(({ key }) => key));
    });
  }

  /** Ends what is over. True when there may be more. */
  lift(): Promise<boolean> {
    return this.uow.run(async () => {
      const [lifted] = await this.uow.manager.query<[{ key: string }[], number]>(LIFT);
      await this.release(lifted.map(({ key }) => key));
      await this.uow.manager.query(FORGET);
      return lifted.length === LIFT_AT_ONCE;
    });
  }

  private async release(matchKeys: readonly string[]): Promise<void> {
    if (matchKeys.length === 0) return;
    const [marks] = await this.uow.manager.query<[Mark[], number]>(UNMARK, [matchKeys]);
    await this.contactLists.unmarkUncontactable(marks);
    await this.held.release('unreachable', matchKeys);
  }
}
