import { explainName } from '../../kernel/object-name.js';
import { locateReasons, type Reason } from '../../kernel/reason.js';
import { type ImportProgress, isInProgress } from '../imports/index.js';
import { CONTACT_METHODS, type ContactMethod } from './dnc-list.entity.js';

const SOURCES_NOT_OFFERED = ['rds_custom', 'dnc.com', 'gryphon'];
const USABLE_METHODS: readonly ContactMethod[] = ['Phone', 'WhatsApp', 'Any'];

/** What a caller says about a DNC list. */
export interface DncListDefinition {
  name: string;
  dncSourceType?: string;
  contactMethod?: string;
}

/** Everything that is wrong with a definition (Genesys Cloud API, DncList). */
export function explainDncDefinition({ name, dncSourceType, contactMethod }: DncListDefinition): Reason[] {
  const reasons = explainName(name);
  if (dncSourceType !== 'rds') reasons.push(explainSource(dncSourceType));
  if (!isContactMethod(contactMethod)) {
    reasons.push({
      code: 'invalid.create',
      field: 'contactMethod',
      message: `contactMethod must be one of ${CONTACT_METHODS.join(', ')}.`,
    });
  }
  return reasons;
}

export function isContactMethod(value: string | undefined): value is ContactMethod {
  return (CONTACT_METHODS as readonly (string | undefined)[]).includes(value);
}

interface Usability {
  id: string;
  name: string;
  contactMethod: ContactMethod;
}

/**
 * Why a WhatsApp campaign can't use a DNC list: it has no entry in force, its newest import failed in whole or in part
 * or is under way, or it is not about numbers (Genesys Cloud, create a WhatsApp campaign).
 * A part that was not imported counts, because the people in it would be messaged.
 */
export function explainUnusableDncList(
  list: Usability,
  hasEntries: boolean,
  newest: ImportProgress | undefined,
): Reason[] {
  const reasons: Reason[] = [];
  const name = `DNC list "${list.name}"`;
  const importing = newest !== undefined && isInProgress(newest);
  if (!USABLE_METHODS.includes(list.contactMethod)) {
    reasons.push({
      code: 'dnc.list.contact.method.not.usable',
      message: `The ${name} has the contact method ${list.contactMethod}; a WhatsApp campaign needs ${USABLE_METHODS.join(', ')}.`,
    });
  }
  if (!hasEntries && !importing) {
    reasons.push({
      code: 'dnc.list.empty',
      message: `The ${name} has no numbers that are in force; add some or leave the list out.`,
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

function explainImport(name: string, newest: ImportProgress): Reason[] {
  const code = 'dnc.list.import.failed';
  const advice = 'correct the file and import it again';
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
  const known = SOURCES_NOT_OFFERED.includes(dncSourceType ?? '');
  return {
    code: 'invalid.create',
    field: 'dncSourceType',
    message: known
      ? `DNC lists of the source ${dncSourceType} are not offered here; use rds.`
      : 'dncSourceType must be rds.',
  };
}
