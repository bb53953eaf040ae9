import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { EVERYWHERE } from '../../access/index.js';
import { ImportsService, isInProgress } from '../../imports/index.js';
import { ContactUse } from '../contacts/contact-use.js';
import { ContactsRepository } from '../contacts/contacts.repository.js';
import { ContactListRemoval } from '../lists/contact-list-removal.service.js';

const BATCH_CONTACTS = 5_000;
const LOOKED_AT_LISTS = 100;

/**
 * Deletes what has had its time. Contacts go in batches, so that nobody waits long for a lock; a contact that is being
 * messaged stays for a while. A list goes with all its contacts in one transaction, so that nobody ever sees half of
 * it; while a campaign uses it or a file comes in, it stays whole.
 */
@Injectable()
export class ContactExpiry extends RepeatingWork {
  protected readonly everyMs = 60_000;

  constructor(
    private readonly contacts: ContactsRepository,
    private readonly removal: ContactListRemoval,
    private readonly imports: ImportsService,
    private readonly use: ContactUse,
    private readonly uow: UnitOfWork,
  ) {
    super();
  }

  /** One batch of contacts or one list; true while there may be more. */
  async work(): Promise<boolean> {
    return (await this.expireContacts()) || (await this.expireList());
  }

  private async expireContacts(): Promise<boolean> {
    const [due] = await this.uow.manager.query<{ id: string }[]>(
      `SELECT c.contact_list_id AS id FROM contacts c
        WHERE c.expires_at <= now() AND NOT ${this.use.sql('c')} LIMIT 1`,
    );
    return due ? this.deleteExpired(due.id) : false;
  }

  private async expireList(): Promise<boolean> {
    const due = await this.uow.manager.query<{ id: string }[]>(
      `SELECT l.id FROM contact_lists l
        WHERE l.expires_at <= now() AND NOT ${this.use.listSql('l')}
        ORDER BY l.expires_at LIMIT ${LOOKED_AT_LISTS}`,
    );
    const ids = due.map(({ id }) => id);
    const imports = await this.imports.findNewest('contact-list', ids);
    const idle = ids.find((id) => {
      const newest = imports.get(id);
      return !newest || !isInProgress(newest);
    });
    if (!idle) return false;
    await this.removal.delete(EVERYWHERE, idle);
    this.logger.info({ contactListId: idle }, 'a contact list has expired and is deleted');
    return true;
  }

  private deleteExpired(listId: string): Promise<boolean> {
    return this.uow.run(async () => {
      if ((await this.contacts.lockList(listId)) === undefined) return false;
      const [, deleted] = await this.uow.manager.query<[unknown[], number]>(
        `DELETE FROM contacts d WHERE d.seq IN (
           SELECT c.seq FROM contacts c
            WHERE c.contact_list_id = $1 AND c.expires_at <= now() AND NOT ${this.use.sql('c')}
            ORDER BY c.seq LIMIT ${BATCH_CONTACTS} FOR UPDATE)`,
        [listId],
      );
      await this.contacts.changeSize(listId, -deleted);
      return deleted > 0;
    });
  }
}
