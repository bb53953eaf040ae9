import { ContactList } from './lists/contact-list.entity.js';

export const contactListsEntities = [ContactList];
