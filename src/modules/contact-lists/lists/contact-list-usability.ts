import { locateReasons, type Reason } from '../../../kernel/reason.js';
import { type ImportProgress, isInProgress } from '../../imports/index.js';

interface Usability {
  id: string;
  name: string;
  size: number;
  whatsAppColumns: readonly unknown[];
}

/**
 * Why a WhatsApp campaign can't use a contact list: no number columns, no contacts, its newest import failed or is
 * under way (Genesys Cloud, create a WhatsApp campaign). While an import runs, having no contacts yet is no reason.
 */
export function explainUnusableList(list: Usability, newest: ImportProgress | undefined): Reason[] {
  const reasons: Reason[] = [];
  const name = `The contact list "${list.name}"`;
  const importing = newest !== undefined && isInProgress(newest);
  if (list.whatsAppColumns.length === 0) {
    reasons.push({
      code: 'contact.list.no.whatsapp.columns',
      message: `${name} has no WhatsApp column; make a list that says which of its columns hold WhatsApp numbers.`,
    });
  }
  if (list.size === 0 && !importing) {
    reasons.push({ code: 'contact.list.empty', message: `${name} has no contacts; add some first.` });
  }
  if (newest?.state === 'failed') {
    const why = newest.failureMessage ?? '';
    reasons.push({
      code: 'contact.list.import.failed',
      message:
        `The last import into ${name.replace('The', 'the')} failed; correct the file and import it again. ${why}`.trim(),
    });
  }
  if (importing) {
    reasons.push({
      code: 'contact.list.import.in.progress',
      message: `An import into ${name.replace('The', 'the')} is under way; wait until it has finished.`,
    });
  }
  return locateReasons(reasons, { entityId: list.id, entityName: list.name });
}
