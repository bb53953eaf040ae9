import type { SelectedContacts } from '../contacts/contact-selections.service.js';

/** Queue of bulk jobs: the id of a job in the queue is that of its row. */
export const CONTACT_BULK_QUEUE = 'contact-bulk';

export interface ContactBulkMessage {
  jobId: string;
}

export type BulkType = 'BulkDelete' | 'BulkEdit';

/** Which contacts a job is for; relative dates are counted from `at`. */
export interface BulkSelection extends SelectedContacts {
  at: string;
}

/** What an edit changes; what is left out stays. */
export interface ContactChanges {
  data: Record<string, string>;
  whatsappIds: Record<string, { id: string; key: string }>;
  callable?: boolean;
  contactable?: boolean;
  uncontactableColumns?: string[];
}

export interface ContactBulkJob {
  id: string;
  contactListId: string;
  type: BulkType;
  state: 'queued' | 'running' | 'complete' | 'failed';
  selection: BulkSelection;
  changes: ContactChanges | null;
  backupId: string | null;
  totalRecords: number | null;
  completedRecords: number;
  failureCode: string | null;
  failureMessage: string | null;
}

/** A job as its worker sees it. */
export interface ClaimedBulkJob extends ContactBulkJob {
  leaseToken: string;
  attempts: number;
}
