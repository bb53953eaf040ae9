import { ContactListFilter } from './filters/contact-list-filter.entity.js';
import { ContactList } from './lists/contact-list.entity.js';

export const contactListsEntities = [ContactList, ContactListFilter];
