import { Library } from './libraries/library.entity.js';
import { ResponseEntity, ResponseLibraryMember } from './responses/response.entity.js';

export const templatesEntities = [Library, ResponseEntity, ResponseLibraryMember];
