import { accessEntities } from '../modules/access/access.entities.js';

/** Every entity of every module; the drift check compares them with what the migrations made. */
export const entities = [...accessEntities];
