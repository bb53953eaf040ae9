import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { EVERYWHERE } from '../../access/index.js';
import { ContactUse } from '../contacts/contact-use.js';
import { ContactsRepository } from '../contacts/contacts.repository.js';
import { ContactListRemoval } from '../lists/contact-list-removal.service.js';

const BATCH_CONTACTS = 5_000;

/**
 * Deletes contacts and lists whose time is over, in batches, so that nobody waits long for a lock. A list that a
 * campaign uses stays with its contacts until no campaign uses it; a contact that is being messaged stays for a while.
 */
@Injectable()
export class ContactExpiry extends RepeatingWork {
  protected readonly everyMs = 60_000;

  constructor(
    private readonly contacts: ContactsRepository,
    private readonly removal: ContactListRemoval,
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
    return due ? this.deleteBatch(due.id, 'c.expires_at <= now()') : false;
  }

  private async expireList(): Promise<boolean> {
    const [due] = await this.uow.manager.query<{ id: string; name: string; size: number }[]>(
      `SELECT l.id, l.name, l.size FROM contact_lists l
        WHERE l.expires_at <= now() AND NOT ${this.use.listSql('l')} ORDER BY l.expires_at LIMIT 1`,
    );
    if (!due) return false;
    if (due.size > 0) return this.deleteBatch(due.id, 'TRUE');
    await this.removal.delete(EVERYWHERE, due.id);
    this.logger.info({ contactListId: due.id }, 'a contact list has expired and is deleted');
    return true;
  }

  private deleteBatch(listId: string, condition: string): Promise<boolean> {
    return this.uow.run(async () => {
      if ((await this.contacts.lockList(listId)) === undefined) return false;
      const [, deleted] = await this.uow.manager.query<[unknown[], number]>(
        `DELETE FROM contacts d WHERE d.seq IN (
           SELECT c.seq FROM contacts c WHERE c.contact_list_id = $1 AND ${condition} AND NOT ${this.use.sql('c')}
            ORDER BY c.seq LIMIT ${BATCH_CONTACTS} FOR UPDATE)`,
        [listId],
      );
      await this.contacts.changeSize(listId, -deleted);
      return deleted > 0;
    });
  }
}
