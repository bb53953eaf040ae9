export { ContactListsModule } from './contact-lists.module.js';
export { type CampaignContactList, ContactListsService } from './contact-lists.service.js';
export { ContactListsWorkerModule } from './contact-lists.worker.module.js';
export { ContactUse } from './contacts/contact-use.js';
export { ContactsAdded, type ContactsInFront } from './contact-lists.events.js';
export { type ContactSort, explainSorts, sortTerms } from './contacts/contact-sorts.js';
export { type CampaignContactFilter, ContactFilters } from './filters/contact-filters.service.js';
export { isNumber, readMoment, readPeriod } from './filters/cell-values.js';
export { type ContactChange, ContactChanges } from './contacts/contact-changes.service.js';
