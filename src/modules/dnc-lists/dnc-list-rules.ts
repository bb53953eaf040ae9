import { explainName } from '../../kernel/object-name.js';
import { locateReasons, type Reason } from '../../kernel/reason.js';
import { type ImportProgress, isInProgress } from '../imports/index.js';
import {
  CONTACT_METHODS,
  type ContactMethod,
  DNC_SOURCES,
  type DncList,
  type DncSource,
} from './dnc-list.entity.js';

const SOURCES_NOT_OFFERED = ['dnc.com', 'gryphon'];
const USABLE_METHODS: readonly ContactMethod[] = ['Phone', 'WhatsApp', 'Any'];
/** Longest name of a column of a contact list, in characters. */
const MAX_COLUMN_NAME = 128;

/** What a caller says about a DNC list. */
export interface DncListDefinition {
  name: string;
  dncSourceType?: string;
  contactMethod?: string;
  customExclusionColumn?: string;
}

/** A definition without faults. */
export interface ValidDncDefinition {
  name: string;
  dncSourceType: DncSource;
  contactMethod: ContactMethod | null;
  customExclusionColumn: string | null;
}

/** The definition in its stored form, or everything that is wrong with it (Genesys Cloud API, DncList). */
export function readDncDefinition(
  definition: DncListDefinition,
): { ok: true; definition: ValidDncDefinition } | { ok: false; reasons: Reason[] } {
  const { dncSourceType } = definition;
  const name = definition.name.trim();
  const contactMethod = definition.contactMethod?.trim() || null;
  const customExclusionColumn = definition.customExclusionColumn?.trim() || null;
  const reasons = explainName(name);
  if (!isSource(dncSourceType)) reasons.push(explainSource(dncSourceType));
  const isCustom = dncSourceType === 'rds_custom';
  const isMethodValid = isContactMethod(contactMethod) || (contactMethod === null && isCustom);
  if (!isMethodValid) {
    reasons.push(invalid('contactMethod', `contactMethod must be one of ${CONTACT_METHODS.join(', ')}.`));
  }
  reasons.push(...explainColumn(isCustom, customExclusionColumn));
  if (!isSource(dncSourceType) || !isMethodValid || reasons.length > 0) return { ok: false, reasons };
  return { ok: true, definition: { name, dncSourceType, contactMethod, customExclusionColumn } };
}

function explainColumn(isCustom: boolean, column: string | null): Reason[] {
  const field = 'customExclusionColumn';
  if (isCustom && column === null) {
    return [
      invalid(field, 'customExclusionColumn must name the contact column that an rds_custom list is about.'),
    ];
  }
  // Taken without effect it would protect nobody.
  if (!isCustom && column !== null) {
    return [invalid(field, 'customExclusionColumn is for lists of the source rds_custom only.')];
  }
  if ((column?.length ?? 0) > MAX_COLUMN_NAME) {
    return [invalid(field, `customExclusionColumn may have at most ${MAX_COLUMN_NAME} characters.`)];
  }
  return [];
}

function isSource(value: string | undefined): value is DncSource {
  return (DNC_SOURCES as readonly (string | undefined)[]).includes(value);
}

function isContactMethod(value: string | null): value is ContactMethod {
  return (CONTACT_METHODS as readonly (string | null)[]).includes(value);
}

function invalid(field: string, message: string): Reason {
  return { code: 'invalid.create', field, message };
}

type Usability = Pick<DncList, 'id' | 'name' | 'dncSourceType' | 'contactMethod'>;

/**
 * Why a WhatsApp campaign can't use a DNC list: it has no entry in force, its newest import failed in whole or in part
 * or is under way, or its contact method is not about numbers (Genesys Cloud, create a WhatsApp campaign).
 *
 * A part that was not imported counts, because the people in it would be messaged. The way out is a newer import
 * without faults, or to clear the list, which also forgets its last import.
 */
export function explainUnusableDncList(
  list: Usability,
  hasEntries: boolean,
  newest: ImportProgress | undefined,
): Reason[] {
  const reasons: Reason[] = [];
  const name = `DNC list "${list.name}"`;
  const importing = newest !== undefined && isInProgress(newest);
  if (!isMethodUsable(list)) {
    reasons.push({
      code: 'dnc.list.contact.method.not.usable',
      message: `The ${name} has the contact method ${list.contactMethod}; a WhatsApp campaign needs ${USABLE_METHODS.join(', ')}.`,
    });
  }
  if (!hasEntries && !importing) {
    reasons.push({
      code: 'dnc.list.empty',
      message: `The ${name} has no entries that are in force for WhatsApp; add some or leave the list out.`,
    });
  }
  if (newest && !importing) reasons.push(...explainImport(name, newest));
  if (importing) {
    reasons.push({
      code: 'dnc.list.import.in.progress',
      message: `An import into the ${name} is under way; wait until it has finished.`,
    });
  }
  return locateReasons(reasons, { entityId: list.id, entityName: list.name });
}

// A list of values of a contact column concerns contacts however they are reached, unless it says e-mail.
function isMethodUsable({ dncSourceType, contactMethod }: Usability): boolean {
  if (contactMethod === null) return dncSourceType === 'rds_custom';
  return USABLE_METHODS.includes(contactMethod);
}

function explainImport(name: string, newest: ImportProgress): Reason[] {
  const code = 'dnc.list.import.failed';
  const advice = 'correct the file and import it again, or clear the list';
  if (newest.state === 'failed') {
    const why = newest.failureMessage ?? '';
    return [{ code, message: `The last import into the ${name} failed; ${advice}. ${why}`.trim() }];
  }
  if (newest.rejectedRecords === 0) return [];
  const count = String(newest.rejectedRecords);
  const message = `The last import into the ${name} left out ${count} lines with numbers it could not read; ${advice}.`;
  return [{ code, message, params: { rejectedRecords: count } }];
}

function explainSource(dncSourceType: string | undefined): Reason {
  const offered = DNC_SOURCES.join(' or ');
  const message = SOURCES_NOT_OFFERED.includes(dncSourceType ?? '')
    ? `DNC lists of the source ${dncSourceType} are not offered here; use ${offered}.`
    : `dncSourceType must be ${offered}.`;
  return invalid('dncSourceType', message);
}
