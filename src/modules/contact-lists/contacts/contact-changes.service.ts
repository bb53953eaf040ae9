import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { readNumbers } from './contact-row.js';

/** What is to become of a contact, whoever decided it. */
export interface ContactChange {
  contactSeq: string;
  /** New values of cells; the others stay. */
  cells: Readonly<Record<string, string>>;
  /** Not to be reached by WhatsApp at all any more. */
  uncontactable: boolean;
  /** This column is not to be used for WhatsApp any more. */
  uncontactableColumn?: string;
}

// Rows are locked in one order everywhere, else two writers may wait for each other.
const CHANGE = `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb)
      AS g (seq bigint, cells jsonb, numbers text[], ids jsonb, uncontactable boolean, "column" text)
  ), locked AS (
    SELECT seq FROM contacts WHERE seq IN (SELECT seq FROM given) ORDER BY seq FOR UPDATE
  )
  UPDATE contacts c
     SET data = c.data || g.cells,
         whatsapp_ids = (c.whatsapp_ids - g.numbers) || g.ids,
         contactable = c.contactable AND NOT g.uncontactable,
         uncontactable_columns = CASE
           WHEN g."column" IS NULL OR g."column" = ANY (c.uncontactable_columns) THEN c.uncontactable_columns
           ELSE array_append(c.uncontactable_columns, g."column") END,
         updated_at = now()
    FROM given g JOIN locked l ON l.seq = g.seq
   WHERE c.seq = g.seq`;

/** Changes of single contacts by what happens to them, for modules above. */
@Injectable()
export class ContactChanges {
  constructor(private readonly uow: UnitOfWork) {}

  /** One change per contact; contacts that are gone are passed over. WhatsApp ids are read anew. */
  async apply(changes: readonly ContactChange[], whatsAppColumns: readonly string[]): Promise<void> {
    const given = changes.map(({ contactSeq, cells, uncontactable, uncontactableColumn }) => {
      const numbers = whatsAppColumns.filter((column) => column in cells);
      const ids = readNumbers(cells, numbers).whatsappIds;
      return { seq: contactSeq, cells, numbers, ids, uncontactable, column: uncontactableColumn ?? null };
    });
    if (given.length > 0) await this.uow.manager.query(CHANGE, [JSON.stringify(given)]);
  }
}
