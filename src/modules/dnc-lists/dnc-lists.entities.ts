import { DncList } from './dnc-list.entity.js';

export const dncListsEntities = [DncList];
