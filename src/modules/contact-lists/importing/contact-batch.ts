import type { CsvRow } from '../../../platform/csv/csv-file.js';
import { copyLine } from '../../../platform/database/copy-in.js';
import type { BatchCounts, ImportBatch, ImportRejection } from '../../imports/index.js';
import type { ContactRecord, ContactRecordReader } from './contact-records.js';

export interface ContactBatchOptions {
  listId: string;
  /** False when the reader makes the ids, so that no two are the same and none exists. */
  idsAreGiven: boolean;
  save(lines: readonly string[]): Promise<BatchCounts>;
}

/** Contacts as lines of a COPY: id, data and WhatsApp ids; before them the list when the ids are new. */
export class ContactBatch implements ImportBatch {
  private readonly lines: string[] = [];
  /** Where the line of each given id is. */
  private readonly places = new Map<string, number>();
  private repeated = 0;

  constructor(
    private readonly reader: ContactRecordReader,
    private readonly options: ContactBatchOptions,
  ) {}

  add(rows: readonly CsvRow[]): ImportRejection[] {
    const rejections: ImportRejection[] = [];
    for (const row of rows) {
      const read = this.reader.read(row);
      if (Array.isArray(read)) rejections.push(...read);
      else this.keep(read);
    }
    return rejections;
  }

  async write(): Promise<BatchCounts> {
    const counts = await this.options.save(this.lines);
    return { ...counts, updated: counts.updated + this.repeated };
  }

  private keep({ contactId, data, whatsappIds }: ContactRecord): void {
    const { idsAreGiven, listId } = this.options;
    if (!idsAreGiven) {
      this.lines.push(copyLine([listId, contactId, data, whatsappIds]));
      return;
    }
    const line = copyLine([contactId, data, whatsappIds]);
    const place = this.places.get(contactId);
    if (place === undefined) this.places.set(contactId, this.lines.push(line) - 1);
    else {
      // The same id twice in a file: the later record updates the earlier.
      this.lines[place] = line;
      this.repeated++;
    }
  }
}
