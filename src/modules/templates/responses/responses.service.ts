import { Injectable } from '@nestjs/common';
import { mapPage, type Page, type PageRequest } from '../../../kernel/page.js';
import { wrongVersion } from '../../../platform/database/optimistic-lock.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { reasonsError } from '../../../platform/errors/api-error.js';
import { toWireDate } from '../../../platform/http/json-dates.js';
import { AuditTrail, type Caller, type DivisionScope } from '../../access/index.js';
import { LIBRARIES_PATH } from '../libraries/libraries.service.js';
import { libraryNotFound, responseNotFound } from '../templates.errors.js';
import { explainResponse } from './response-rules.js';
import type {
  CreateResponseDto,
  ResponseSearchDto,
  ResponseView,
  UpdateResponseDto,
} from './response.dto.js';
import type { ResponseEntity } from './response.entity.js';
import { type ResponseInLibraries, ResponsesRepository } from './responses.repository.js';

/** Path of the collection. */
export const RESPONSES_PATH = '/api/v2/responsemanagement/responses';

/** Prepared texts and templates (Genesys Cloud API, response management). */
@Injectable()
export class ResponsesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: ResponsesRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** The responses of one library. Throws 404 `rms.library.not.found`. */
  async list(scope: DivisionScope, libraryId: string, page: PageRequest): Promise<Page<ResponseView>> {
    const [library] = await this.repository.findLibraries(scope, [libraryId]);
    if (!library) throw libraryNotFound([libraryId]);
    return mapPage(await this.repository.search(scope, { libraryId }, page), toView);
  }

  async search(
    scope: DivisionScope,
    query: ResponseSearchDto,
    page: PageRequest,
  ): Promise<Page<ResponseView>> {
    const criteria = { phrase: query.queryPhrase, filters: query.filters };
    return mapPage(await this.repository.search(scope, criteria, page), toView);
  }

  /** Throws 404 `rms.response.not.found`. */
  async get(scope: DivisionScope, id: string): Promise<ResponseView> {
    return toView(await this.find(scope, id));
  }

  /** Throws 400 with everything that is wrong. */
  async create(caller: Caller, body: CreateResponseDto): Promise<ResponseView> {
    const { subjectId, subjectType } = caller.identity;
    return this.uow.run(async () => {
      const scope = caller.scope('responses:response:add');
      const libraryIds = await this.checkedLibraries(scope, body);
      const createdBy = subjectType === 'PC_USER' ? subjectId : null;
      const id = await this.repository.insert({ ...toColumns(body), createdBy }, libraryIds);
      const created = await this.get(scope, id);
      await this.audited('Create', undefined, created);
      return created;
    });
  }

  /** Throws 404, 409 for an older version, 400 with everything that is wrong. */
  async update(caller: Caller, id: string, body: UpdateResponseDto): Promise<ResponseView> {
    return this.uow.run(async () => {
      const scope = caller.scope('responses:response:edit');
      const response = await this.find(scope, id);
      const wanted = await this.checkedLibraries(scope, body);
      const seen = response.libraries.map((library) => library.id);
      // Libraries that the caller can't see keep the response.
      const libraries = {
        remove: seen.filter((libraryId) => !wanted.includes(libraryId)),
        add: wanted.filter((libraryId) => !seen.includes(libraryId)),
      };
      const { version } = body;
      if (!(await this.repository.update({ id, version }, toColumns(body), libraries)))
        throw wrongVersion(response, version);
      const changed = await this.get(scope, id);
      await this.audited('Update', toView(response), changed);
      return changed;
    });
  }

  /** Removes it from all libraries. Throws 404, 400 `response.in.use`. */
  async remove(scope: DivisionScope, id: string): Promise<void> {
    await this.uow.run(async () => {
      const response = await this.find(scope, id);
      await this.repository.remove(id);
      await this.audited('Delete', toView(response), undefined);
    });
  }

  private async audited(action: string, before?: ResponseView, after?: ResponseView): Promise<void> {
    const { id, name } = (after ?? before)!;
    await this.audit.record({ action, entity: 'responses:response', id, name, before, after });
  }

  private async find(scope: DivisionScope, id: string): Promise<ResponseInLibraries> {
    const [response] = await this.repository.find(scope, [id]);
    if (!response) throw responseNotFound(id);
    return response;
  }

  /** The ids of the libraries of a body; throws when one is out of reach or the content breaks a rule. */
  private async checkedLibraries(scope: DivisionScope, body: CreateResponseDto): Promise<string[]> {
    const ids = [...new Set(body.libraries.map(({ id }) => id))];
    const found = new Set((await this.repository.findLibraries(scope, ids)).map(({ id }) => id));
    const reasons = [
      ...ids
        .filter((id) => !found.has(id))
        .map((id) => ({
          code: 'rms.library.not.found',
          message: `There is no library with the id ${id}.`,
          field: 'libraries',
          entityId: id,
        })),
      ...explainResponse(body),
    ];
    if (reasons.length > 0) throw reasonsError(reasons);
    return ids;
  }
}

function toColumns(body: CreateResponseDto): Partial<ResponseEntity> {
  return {
    name: body.name,
    responseType: body.responseType ?? null,
    interactionType: body.interactionType ?? null,
    texts: body.texts ?? [],
    substitutions: body.substitutions ?? [],
    messagingTemplate: body.messagingTemplate ?? null,
  };
}

function toView(response: ResponseInLibraries): ResponseView {
  const { id, name, version, texts, substitutions, createdBy } = response;
  return {
    id,
    name,
    version,
    libraries: response.libraries.map((library) => ({
      id: library.id,
      name: library.name,
      selfUri: `${LIBRARIES_PATH}/${library.id}`,
    })),
    texts,
    interactionType: response.interactionType ?? undefined,
    responseType: response.responseType ?? undefined,
    substitutions,
    messagingTemplate: toTemplateView(response),
    dateCreated: toWireDate(response.createdAt),
    createdBy: createdBy ? { id: createdBy, selfUri: `/api/v2/users/${createdBy}` } : undefined,
    selfUri: `${RESPONSES_PATH}/${id}`,
  };
}

/** The definition with what WhatsApp says of the template (Genesys Cloud API, WhatsAppDefinition). */
function toTemplateView({ messagingTemplate, templateState }: ResponseInLibraries): object | undefined {
  if (!messagingTemplate?.whatsApp) return messagingTemplate ?? undefined;
  return { ...messagingTemplate, whatsApp: { ...messagingTemplate.whatsApp, ...templateState } };
}
