import { accessEntities } from '../modules/access/access.entities.js';
import { campaignsEntities } from '../modules/campaigns/campaigns.entities.js';
import { contactListsEntities } from '../modules/contact-lists/contact-lists.entities.js';
import { dncListsEntities } from '../modules/dnc-lists/dnc-lists.entities.js';
import { outgoingWebhooksEntities } from '../modules/outgoing-webhooks/outgoing-webhooks.entities.js';
import { templatesEntities } from '../modules/templates/templates.entities.js';
import { whatsappEntities } from '../modules/whatsapp/whatsapp.entities.js';

/** Every entity of every module; the drift check compares them with what the migrations made. */
export const entities = [
  ...accessEntities,
  ...campaignsEntities,
  ...contactListsEntities,
  ...dncListsEntities,
  ...outgoingWebhooksEntities,
  ...templatesEntities,
  ...whatsappEntities,
];
