import { readWhatsAppId } from '../../../kernel/whatsapp-id.js';

/** Longest id of a contact, in characters. */
export const MAX_CONTACT_ID_LENGTH = 100;

/** The WhatsApp id of a cell: as it is sent, and as it is compared. */
export interface StoredWhatsAppId {
  id: string;
  key: string;
}

/** A contact as it is written. */
export interface ContactRow {
  contactId: string;
  /** Every column of the list with its value. */
  data: Record<string, string>;
  whatsappIds: Record<string, StoredWhatsAppId>;
}

export interface ReadNumbers {
  whatsappIds: Record<string, StoredWhatsAppId>;
  /** Columns whose number a spreadsheet has destroyed, with the text that says what to do. */
  destroyed: { column: string; message: string }[];
}

// What would break a path or a CSV, or can't be seen.

const BAD_ID_CHARACTER = /[\u0000-\u001f\u007f"'<>\\/?#%&;,`]|\p{Surrogate}/u;

/**
 * Reads the WhatsApp columns of a contact. A number that can't be read is no error, the contact is skipped when it is
 * its turn; one in scientific notation is, because its digits are lost and it looks like a number.
 */
export function readNumbers(
  data: Readonly<Record<string, string>>,
  whatsAppColumns: readonly string[],
): ReadNumbers {
  const read: ReadNumbers = { whatsappIds: {}, destroyed: [] };
  for (const column of whatsAppColumns) {
    const result = readWhatsAppId(data[column]);
    if (result.ok) read.whatsappIds[column] = { id: result.id, key: result.matchKey };
    else if (result.code === 'scientific-notation') read.destroyed.push({ column, message: result.message });
  }
  return read;
}

/** What is wrong with the id of a contact; undefined when nothing is. */
export function explainContactId(id: string): string | undefined {
  if (id.length > MAX_CONTACT_ID_LENGTH) return `the id has more than ${MAX_CONTACT_ID_LENGTH} characters`;
  if (BAD_ID_CHARACTER.test(id)) return 'the id has a character that is not allowed in ids';
  return undefined;
}
