import type { RepeatFilter } from '../../../kernel/repeat-filter.js';
import type { CsvRow } from '../../../platform/csv/csv-file.js';
import { CopyRows } from '../../../platform/database/copy-rows.js';
import type { BatchCounts, ImportBatch, ImportRejection } from '../../imports/index.js';
import type { ContactRecordReader } from './contact-records.js';

/** Contacts of a batch: list, id, data and WhatsApp ids. */
export interface ContactRows {
  rows: CopyRows;
  /** False when each id occurs for the first time in the file for sure; else the last one of an id counts. */
  mayRepeat: boolean;
}

export interface ContactBatchOptions {
  listId: string;
  /** The ids of the file until here; none when the reader makes them, so that no two are the same and none exists. */
  ids?: RepeatFilter;
  save(contacts: ContactRows): Promise<BatchCounts>;
}

/** Records of a file as rows of the table of contacts. */
export class ContactBatch implements ImportBatch {
  private readonly rows = new CopyRows();
  private mayRepeat = false;

  constructor(
    private readonly reader: ContactRecordReader,
    private readonly options: ContactBatchOptions,
  ) {}

  add(records: readonly CsvRow[]): ImportRejection[] {
    const { ids, listId } = this.options;
    const rejections: ImportRejection[] = [];
    for (const record of records) {
      const read = this.reader.read(record);
      if (Array.isArray(read)) {
        rejections.push(...read);
        continue;
      }
      const { contactId, data, whatsappIds } = read;
      if (ids?.add(contactId)) this.mayRepeat = true;
      this.rows.addPlain(listId, contactId, data, whatsappIds);
    }
    return rejections;
  }

  write(): Promise<BatchCounts> {
    const { rows, mayRepeat } = this;
    return this.options.save({ rows, mayRepeat });
  }
}
