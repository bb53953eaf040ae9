import { RepeatFilter } from '../../../kernel/repeat-filter.js';
import type { CsvRow } from '../../../platform/csv/csv-file.js';
import { CopyRows } from '../../../platform/database/copy-rows.js';
import type { BatchCounts, ImportBatch, ImportRejection } from '../../imports/index.js';
import type { ContactRecordReader } from './contact-records.js';

/** Contacts of a batch: id, data and WhatsApp ids; before them the list when the ids are new. */
export interface ContactRows {
  rows: CopyRows;
  /** False when each id occurs once for sure; else the last one of an id counts. */
  mayRepeat: boolean;
}

export interface ContactBatchOptions {
  listId: string;
  /** False when the reader makes the ids, so that no two are the same and none exists. */
  idsAreGiven: boolean;
  save(contacts: ContactRows): Promise<BatchCounts>;
}

/** Records of a file as rows of the table of contacts. */
export class ContactBatch implements ImportBatch {
  private readonly rows = new CopyRows();
  private readonly ids = new RepeatFilter();

  constructor(
    private readonly reader: ContactRecordReader,
    private readonly options: ContactBatchOptions,
  ) {}

  add(records: readonly CsvRow[]): ImportRejection[] {
    const { idsAreGiven, listId } = this.options;
    const rejections: ImportRejection[] = [];
    for (const record of records) {
      const read = this.reader.read(record);
      if (Array.isArray(read)) {
        rejections.push(...read);
        continue;
      }
      const { contactId, data, whatsappIds } = read;
      if (idsAreGiven) {
        this.ids.add(contactId);
        this.rows.addPlain(contactId, data, whatsappIds);
      } else this.rows.addPlain(listId, contactId, data, whatsappIds);
    }
    return rejections;
  }

  write(): Promise<BatchCounts> {
    const { rows, ids } = this;
    return this.options.save({ rows, mayRepeat: ids.mayRepeat });
  }
}
