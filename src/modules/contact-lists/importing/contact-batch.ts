import type { CsvRow } from '../../../platform/csv/csv-file.js';
import { CopyRows } from '../../../platform/database/copy-rows.js';
import type { BatchCounts, ImportBatch, ImportRejection } from '../../imports/index.js';
import type { ContactRecordReader } from './contact-records.js';

/** Contacts of a batch: id, data and WhatsApp ids; before them the list when the ids are new. */
export interface ContactRows {
  rows: CopyRows;
  /** Fewer than the rows when ids occur more than once; the last one of an id counts. */
  uniqueCount: number;
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
  private readonly ids = new Set<string>();

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

  async write(): Promise<BatchCounts> {
    const { rows, ids } = this;
    const uniqueCount = this.options.idsAreGiven ? ids.size : rows.count;
    const counts = await this.options.save({ rows, uniqueCount });
    return { ...counts, updated: counts.updated + rows.count - uniqueCount };
  }
}
