import { isEmail } from 'class-validator';
import { isUnstorable } from '../../kernel/storable.js';
import { readWhatsAppId } from '../../kernel/whatsapp-id.js';
import type { DncList } from './dnc-list.entity.js';

/** What an entry is: a number (phone and WhatsApp are one kind), an e-mail address, or a value of a contact column. */
export type DncEntryKind = 'number' | 'email' | 'custom';

/** The key an entry is compared by, or why the text is no such entry. */
export type DncKeyResult = { ok: true; matchKey: string } | { ok: false; message: string; isEmpty?: boolean };

/** Longest entry, in characters, as a cell of a contact has at most. */
const MAX_LENGTH = 512;
const CUSTOM_EDGES = /^[ \t\n\r\u00a0\ufeff]+|[ \t\n\r\u00a0\ufeff]+$/gu;

const READERS: Readonly<Record<DncEntryKind, (text: string) => DncKeyResult>> = {
  number: (text) => {
    const read = readWhatsAppId(text);
    return read.ok ? read : { ok: false, message: read.message, isEmpty: read.code === 'empty' };
  },
  email: (text) => {
    const address = text.trim();
    if (isEmail(address)) return { ok: true, matchKey: address.toLowerCase() };
    return { ok: false, message: 'it is no e-mail address', isEmpty: address === '' };
  },
  custom: (text) => {
    const matchKey = customKey(text);
    if (matchKey === '') return { ok: false, message: 'it is empty', isEmpty: true };
    return { ok: true, matchKey };
  },
};

/** Reads one entry as somebody typed it. */
export function readDncEntry(kind: DncEntryKind, text: string): DncKeyResult {
  if (isUnstorable(text)) return { ok: false, message: 'it has a character that no text has' };
  if (text.length > MAX_LENGTH) return { ok: false, message: `it has more than ${MAX_LENGTH} characters` };
  return READERS[kind](text);
}

/**
 * The form in which a value of a contact column is compared: without blanks around it, A to Z in lower case. The
 * function dnc_custom_key does the same to contacts in the database, whatever its locale.
 */
export function customKey(text: string): string {
  return text.replace(CUSTOM_EDGES, '').replace(/[A-Z]+/gu, (letters) => letters.toLowerCase());
}

/** True when the list may hold entries of the kind. */
export function takesKind(
  { dncSourceType, contactMethod }: Pick<DncList, 'dncSourceType' | 'contactMethod'>,
  kind: DncEntryKind,
): boolean {
  if (dncSourceType === 'rds_custom') return kind === 'custom';
  if (contactMethod === 'Any') return kind !== 'custom';
  return kind === (contactMethod === 'Email' ? 'email' : 'number');
}
