import { Injectable } from '@nestjs/common';
import { ApiError } from '../../../platform/errors/api-error.js';
import { STATUS_OF_KIND } from '../../../platform/errors/error-body.js';
import type { Caller } from '../../access/index.js';
import { ContactListCatalogue } from './contact-list-catalogue.service.js';
import type { ContactListsBulkEditDto } from './contact-list-bulk-update.dto.js';
import type { ContactListView } from './contact-list.view.js';
import { ContactListDto } from './contact-list.dto.js';

/** What became of one list (Genesys Cloud API, bulk answers). */
export interface BulkEditResult {
  id: string;
  success: boolean;
  status: number;
  entity?: ContactListView;
  error?: { code: string; message: string; status: number; retryable: boolean; entity: { id: string } };
}

export interface BulkEditAnswer {
  results: BulkEditResult[];
  errorCount: number;
  errorIndexes: number[];
}

/** Changes several lists in the same way, each for itself. */
@Injectable()
export class ContactListBulkUpdate {
  constructor(private readonly catalogue: ContactListCatalogue) {}

  async update(
    caller: Caller,
    { contactListIds, contactList }: ContactListsBulkEditDto,
  ): Promise<BulkEditAnswer> {
    const results: BulkEditResult[] = [];
    for (const id of contactListIds) results.push(await this.updateOne(caller, id, contactList));
    const errorIndexes = results.flatMap(({ success }, at) => (success ? [] : [at]));
    return { results, errorCount: errorIndexes.length, errorIndexes };
  }

  private async updateOne(caller: Caller, id: string, changes: ContactListDto): Promise<BulkEditResult> {
    try {
      const { name, version } = await this.catalogue.get(caller.scope('outbound:contactList:edit'), id, {});
      const dto = Object.assign(new ContactListDto(), { name }, changes, { version });
      return { id, success: true, status: 200, entity: await this.catalogue.update(caller, id, dto) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const status = STATUS_OF_KIND[error.kind];
      const { code, message } = error;
      const retryable = error.kind === 'conflict';
      return { id, success: false, status, error: { code, message, status, retryable, entity: { id } } };
    }
  }
}
