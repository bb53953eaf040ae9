import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { DivisionsService } from '../../access/index.js';
import type {
  ResponseSubstitution,
  ResponseText,
  TemplateState,
  WhatsAppDefinition,
} from '../responses/response.entity.js';
import { ADD_TO_LIBRARY, FIND_SYNCED, INSERT, SET_STATES, SET_VANISHED, UPDATE } from './synced.sql.js';

/** A template in the form of a response. */
export interface TemplateContent {
  texts: ResponseText[];
  substitutions: ResponseSubstitution[];
  whatsApp: WhatsAppDefinition;
}

/** A template of a WhatsApp integration. */
export interface ApprovedTemplate {
  name: string;
  language: string;
  state: Omit<TemplateState, 'integrationId'>;
  /** Absent when a response can't express it. */
  content?: TemplateContent;
}

export interface SyncResult {
  libraryId: string;
  /** All that WhatsApp has. */
  templates: number;
  created: number;
  updated: number;
  /** Changed at WhatsApp, but edited here by a person and therefore left alone. */
  kept: number;
}

interface SyncedRow {
  id: string;
  version: number;
  syncedVersion: number;
  syncedContent: string;
  substitutions: ResponseSubstitution[];
  key: string;
}

/** How long names may be (Genesys Cloud API, response management). */
const MAX_NAME = 128;

/** The libraries that mirror the templates of WhatsApp integrations, one each. */
@Injectable()
export class SyncedResponses {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly divisions: DivisionsService,
  ) {}

  /**
   * Makes the library of the integration equal to `templates`: one response per name and language. A response that a
   * person has edited keeps its content, a template that WhatsApp has no more keeps its response with the status
   * DELETED, and every response that refers to one of the templates shows its state. Doing it again changes nothing.
   */
  async apply(
    integration: { id: string; name: string },
    templates: readonly ApprovedTemplate[],
  ): Promise<SyncResult> {
    return this.uow.run(async () => {
      const libraryId = await this.lockLibrary(integration);
      const rows = await this.uow.manager.query<SyncedRow[]>(FIND_SYNCED, [integration.id]);
      const known = new Map(rows.map((row) => [row.key, row]));
      const result: SyncResult = { libraryId, templates: templates.length, created: 0, updated: 0, kept: 0 };
      for (const template of templates) {
        if (!template.content) continue;
        const change = await this.write(integration.id, libraryId, template, known.get(keyOf(template)));
        if (change) result[change] += 1;
      }
      await this.setStates(integration.id, templates);
      return result;
    });
  }

  private async write(
    integrationId: string,
    libraryId: string,
    template: ApprovedTemplate,
    row: SyncedRow | undefined,
  ): Promise<'created' | 'updated' | 'kept' | undefined> {
    const { texts, substitutions, whatsApp } = template.content!;
    const print = fingerprint(template.content!);
    const messagingTemplate = JSON.stringify({ whatsApp });
    if (!row) {
      const name = `${template.name} (${template.language})`.slice(0, MAX_NAME);
      const values = [name, JSON.stringify(texts), JSON.stringify(substitutions), messagingTemplate];
      const [made] = await this.uow.manager.query<[{ id: string }]>(INSERT, [
        ...values,
        integrationId,
        print,
      ]);
      await this.uow.manager.query(ADD_TO_LIBRARY, [made.id, libraryId]);
      return 'created';
    }
    if (row.syncedContent === print) return undefined;
    if (row.version !== row.syncedVersion) return 'kept';
    const merged = JSON.stringify(withOldDefaults(substitutions, row.substitutions));
    const values = [row.id, JSON.stringify(texts), merged, messagingTemplate, print];
    await this.uow.manager.query(UPDATE, values);
    return 'updated';
  }

  private async setStates(integrationId: string, templates: readonly ApprovedTemplate[]): Promise<void> {
    const states = templates.map(({ name, language, state }) => ({
      name,
      language,
      state: { integrationId, ...state },
    }));
    await this.uow.manager.query(SET_STATES, [JSON.stringify(states), integrationId]);
    await this.uow.manager.query(SET_VANISHED, [templates.map(keyOf), integrationId]);
  }

  /** The library of the integration, made when there is none, and locked against a second sync. */
  private async lockLibrary({ id, name }: { id: string; name: string }): Promise<string> {
    const find = (): Promise<{ id: string }[]> =>
      this.uow.manager.query(
        `SELECT id FROM response_libraries WHERE integration_id = $1 FOR NO KEY UPDATE`,
        [id],
      );
    const home = await this.divisions.home();
    const wanted = `WhatsApp ${name}`.slice(0, MAX_NAME);
    for (const candidate of [
      wanted,
      `${wanted.slice(0, MAX_NAME - 11)} (${id.slice(0, 8)})`,
      `WhatsApp ${id}`,
    ]) {
      const [found] = await find();
      if (found) return found.id;
      await this.uow.manager.query(
        `INSERT INTO response_libraries (name, division_id, integration_id) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING`,
        [candidate, home.id, id],
      );
    }
    const [made] = await find();
    if (!made) throw new Error(`There is no free name for the library of the integration ${id}`);
    return made.id;
  }
}

const keyOf = ({ name, language }: { name: string; language: string }): string => `${name} ${language}`;

const fingerprint = (content: TemplateContent): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('base64');

// Default values are given here, not at WhatsApp: they outlive a change of the text.
function withOldDefaults(
  now: ResponseSubstitution[],
  before: ResponseSubstitution[],
): ResponseSubstitution[] {
  const old = new Map(before.map((substitution) => [substitution.id, substitution]));
  return now.map((substitution) => ({ ...substitution, ...old.get(substitution.id) }));
}
