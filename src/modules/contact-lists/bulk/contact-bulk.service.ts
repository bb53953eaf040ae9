import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import { AuditTrail, type Caller, type DivisionScope } from '../../access/index.js';
import { ExportsService } from '../../exports/index.js';
import { readContactChanges } from '../contacts/contact-body.js';
import { ContactSelections, type SelectionRequest } from '../contacts/contact-selections.service.js';
import type { ContactExportOptions } from '../exporting/contact-export.source.js';
import type { ContactList } from '../lists/contact-list.entity.js';
import { CONTACT_LISTS_PATH } from '../lists/contact-list.view.js';
import { ContactListsRepository } from '../lists/contact-lists.repository.js';
import type { BulkType, ContactBulkJob, ContactChanges } from './contact-bulk-job.js';
import type { ContactBulkEditDto, ContactBulkJobView } from './contact-bulk.dto.js';
import { ContactBulkJobsRepository } from './contact-bulk-jobs.repository.js';
import { ContactBulkQueue } from './contact-bulk-queue.js';

type BulkRequest = SelectionRequest & { generateDownloadURI?: boolean };

/** Deletions and changes of many contacts at once (Genesys Cloud API, bulk jobs of contacts). */
@Injectable()
export class ContactBulk {
  constructor(
    private readonly lists: ContactListsRepository,
    private readonly selections: ContactSelections,
    private readonly jobs: ContactBulkJobsRepository,
    private readonly exports: ExportsService,
    private readonly queue: ContactBulkQueue,
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  /** Begins to delete the contacts meant; those that a campaign is messaging right now stay. */
  async remove(caller: Caller, listId: string, request: BulkRequest): Promise<ContactBulkJobView> {
    const list = await this.lists.get(caller.scope('outbound:contact:delete'), listId);
    return this.start(caller, list, request, undefined);
  }

  /** Begins to change the contacts meant. Throws 400 with everything that is wrong with the changes. */
  async edit(caller: Caller, listId: string, dto: ContactBulkEditDto): Promise<ContactBulkJobView> {
    const list = await this.lists.get(caller.scope('outbound:contact:edit'), listId);
    const { changes, reasons } = readContactChanges(dto.contact, list);
    if (reasons.length > 0) throw reasonsError(reasons);
    return this.start(caller, list, dto, changes);
  }

  /** The ten newest jobs. */
  async list(scope: DivisionScope, listId: string): Promise<ContactBulkJobView[]> {
    await this.lists.get(scope, listId);
    return (await this.jobs.findNewest(listId)).map((job) => this.view(job));
  }

  async get(scope: DivisionScope, listId: string, jobId: string): Promise<ContactBulkJobView> {
    await this.lists.get(scope, listId);
    const job = await this.jobs.find(jobId);
    if (job?.contactListId === listId) return this.view(job);
    throw new ApiError('not-found', 'not.found', 'The contact list has no bulk job with the id {jobId}.', {
      params: { jobId },
    });
  }

  private async start(
    caller: Caller,
    list: ContactList,
    request: BulkRequest,
    changes: ContactChanges | undefined,
  ): Promise<ContactBulkJobView> {
    const { selected, reasons } = await this.selections.read(list, request);
    if (reasons.length === 0 && Object.keys(selected).length === 0) {
      const message = 'Say which contacts are meant, by contactListFilterId, criteria or contactIds.';
      reasons.push({ code: 'no.contacts.specified', field: 'criteria', message });
    }
    if (reasons.length > 0) throw reasonsError(reasons);
    const type: BulkType = changes ? 'BulkEdit' : 'BulkDelete';
    const selection = { ...selected, at: new Date().toISOString() };
    const job = await this.uow.run(async () => {
      const backupId =
        request.generateDownloadURI === false ? undefined : await this.backUp(caller, list, selection);
      const created = await this.jobs.insert(list.id, { type, selection, changes, backupId });
      const { id, name } = list;
      await this.audit.record({
        action: type,
        entity: 'outbound:contactList',
        id,
        name,
        after: { job: created.id },
      });
      await this.uow.afterCommit(() => this.queue.ring(created.id));
      return created;
    });
    return this.view(job);
  }

  private backUp(caller: Caller, list: ContactList, selection: { at: string }): Promise<string> {
    const options: ContactExportOptions = { ...selection, purpose: 'backup' };
    return this.exports.start({
      kind: 'contact-list',
      subjectId: list.id,
      ownerId: caller.identity.subjectId,
      options: { ...options },
      name: `${list.name} backup`,
    });
  }

  private view(job: ContactBulkJob): ContactBulkJobView {
    const { id, type, state, completedRecords, backupId, failureCode: code, failureMessage: message } = job;
    const total = Math.max(job.totalRecords ?? 0, completedRecords);
    const percent = total === 0 ? 0 : Math.floor((100 * completedRecords) / total);
    return {
      id,
      type,
      state: state === 'complete' ? 'Complete' : state === 'failed' ? 'Failed' : 'InProgress',
      totalRecords: total,
      completedRecords,
      // 100 is kept for the end: clients take it for done.
      percentComplete: state === 'complete' ? 100 : Math.min(99, percent),
      failureReason: code && message ? { code, message } : undefined,
      downloadURI: backupId && state !== 'queued' ? this.exports.uriOf(backupId) : undefined,
      selfUri: `${CONTACT_LISTS_PATH}/${job.contactListId}/contacts/bulk/jobs/${id}`,
    };
  }
}
