import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../platform/errors/api-error.js';
import type { DivisionScope } from '../access/index.js';
import { ContactListsService } from '../contact-lists/index.js';
import { previewTemplate, type TemplatePreview, TemplatesService } from '../templates/index.js';

/** Shows a template as a contact would see it; nothing is sent. */
@Injectable()
export class PreviewsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly templates: TemplatesService,
    private readonly lists: ContactListsService,
  ) {}

  /**
   * Fills the response from the contact, or from `data` alone when there is no contact. Throws 404 for a response,
   * list or contact out of reach, 400 when the response is no WhatsApp template.
   */
  async preview(
    scopes: { response: DivisionScope; contact: DivisionScope },
    responseId: string,
    given: { contactListId?: string; contactId?: string; data?: Record<string, string> },
  ): Promise<TemplatePreview> {
    const [template] = await this.templates.find(scopes.response, [responseId]);
    if (!template) throw await this.explainMissing(scopes.response, responseId);
    const contact =
      given.contactListId && given.contactId
        ? await this.getContact(scopes.contact, given.contactListId, given.contactId)
        : {};
    return previewTemplate(template, { ...contact, ...given.data });
  }

  private async explainMissing(scope: DivisionScope, id: string): Promise<ApiError> {
    const isThere = await this.templates.exists(scope, id);
    const reasons = isThere ? (await this.templates.explainUnusable([id])).get(id) : undefined;
    return reasons
      ? reasonsError(reasons)
      : new ApiError('not-found', 'rms.response.not.found', 'There is no response with the id {id}.', {
          params: { id },
          entityId: id,
        });
  }

  private async getContact(
    scope: DivisionScope,
    listId: string,
    contactId: string,
  ): Promise<Record<string, string>> {
    const [list] = await this.lists.find(scope, [listId]);
    const [contact] = list
      ? await this.uow.manager.query<{ data: Record<string, string> }[]>(
          `SELECT data FROM contact_list_contacts_v WHERE contact_list_id = $1 AND contact_id = $2`,
          [listId, contactId],
        )
      : [];
    if (contact) return contact.data;
    throw new ApiError(
      'not-found',
      'not.found',
      'There is no contact {contactId} in the contact list {listId}.',
      { params: { contactId, listId }, entityId: contactId },
    );
  }
}
