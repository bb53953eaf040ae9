import { Module } from '@nestjs/common';
import { ImportsModule } from '../imports/index.js';
import { ContactListsRegistration } from './contact-lists.registration.js';
import { ContactListsService } from './contact-lists.service.js';
import { ContactsController } from './contacts/contacts.controller.js';
import { ContactsRepository } from './contacts/contacts.repository.js';
import { ContactsService } from './contacts/contacts.service.js';
import { ContactImportTarget } from './importing/contact-import.target.js';
import { ContactListCatalogue } from './lists/contact-list-catalogue.service.js';
import { ContactListsController } from './lists/contact-lists.controller.js';
import { ContactListsRepository } from './lists/contact-lists.repository.js';

/** Lists of people to contact. */
@Module({
  imports: [ImportsModule],
  controllers: [ContactListsController, ContactsController],
  providers: [
    ContactImportTarget,
    ContactListCatalogue,
    ContactListsRegistration,
    ContactListsRepository,
    ContactListsService,
    ContactsRepository,
    ContactsService,
  ],
  exports: [ContactListsService],
})
export class ContactListsModule {}
