export { ContactListsModule } from './contact-lists.module.js';
export { type CampaignContactList, ContactListsService } from './contact-lists.service.js';
export { ContactsAdded } from './contact-lists.events.js';
