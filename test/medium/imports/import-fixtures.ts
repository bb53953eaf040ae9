import { Readable } from 'node:stream';
import { ContactListsService } from '../../../src/modules/contact-lists/index.js';
import { DncListsService } from '../../../src/modules/dnc-lists/index.js';
import { ImportsService } from '../../../src/modules/imports/index.js';
import { ImportTargets } from '../../../src/modules/imports/import-targets.js';
import type { ImportKind, ImportOptions, ImportTarget } from '../../../src/modules/imports/import-target.js';
import { ImportRunsRepository } from '../../../src/modules/imports/runs/import-runs.repository.js';
import { EventLog } from '../../../src/modules/event-log/index.js';
import { ImportOutcome } from '../../../src/modules/imports/runs/import-outcome.service.js';
import { ImportRunner } from '../../../src/modules/imports/runs/import-runner.service.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { EventBus } from '../../../src/platform/events/event-bus.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { Spool } from '../../../src/platform/storage/spool.js';
import { startTestApp, type TestApp } from '../../support/app.js';

export const CONTACT_LISTS = '/api/v2/outbound/contactlists';
export const DNC_LISTS = '/api/v2/outbound/dnclists';

interface ListOptions {
  name?: string;
  divisionId?: string;
  columnNames?: string[];
  whatsAppColumns?: string[];
}

let names = 0;

/** With batches so small that a short file has several. */
class SmallBatchRunner extends ImportRunner {
  protected override readonly batchRecords = 2_000;
}

/** The product without workers: a test runs the imports itself, step by step. */
export class ImportWorld {
  private constructor(readonly app: TestApp) {}

  static async start(role: 'api' | 'all' = 'api'): Promise<ImportWorld> {
    return new ImportWorld(await startTestApp({ role }));
  }

  get imports(): ImportsService {
    return this.get(ImportsService);
  }

  get runs(): ImportRunsRepository {
    return this.get(ImportRunsRepository);
  }

  get spool(): Spool {
    return this.get(Spool);
  }

  get uow(): UnitOfWork {
    return this.get(UnitOfWork);
  }

  get events(): EventBus {
    return this.get(EventBus);
  }

  get contactLists(): ContactListsService {
    return this.get(ContactListsService);
  }

  get dncLists(): DncListsService {
    return this.get(DncListsService);
  }

  get<T>(type: new (...args: never[]) => T): T {
    return this.app.app.get<T>(type, { strict: false });
  }

  /** A worker; `wrap` may put something between it and the target. */
  worker(wrap: (target: ImportTarget) => ImportTarget = (target) => target): ImportRunner {
    const targets = new ImportTargets();
    const real = this.get(ImportTargets);
    for (const kind of ['contact-list', 'dnc-list'] as const) targets.register(wrap(real.get(kind)));
    return new SmallBatchRunner(
      this.runs,
      targets,
      this.spool,
      this.uow,
      this.events,
      new ImportOutcome(this.get(EventLog), targets),
      this.get(Logger),
    );
  }

  async aContactList({ name, divisionId, columnNames, whatsAppColumns }: ListOptions = {}): Promise<string> {
    const answer = await this.app.admin
      .post(CONTACT_LISTS)
      .send({
        name: name ?? `List ${++names}`,
        division: divisionId && { id: divisionId },
        columnNames: columnNames ?? ['id', 'name', 'wa'],
        whatsAppColumns: (whatsAppColumns ?? ['wa']).map((columnName) => ({ columnName, type: 'cell' })),
      })
      .expect(200);
    return (answer.body as { id: string }).id;
  }

  async aDncList({ name, divisionId }: ListOptions = {}, contactMethod = 'WhatsApp'): Promise<string> {
    const division = divisionId && { id: divisionId };
    const body = { name: name ?? `DNC ${++names}`, dncSourceType: 'rds', contactMethod, division };
    const answer = await this.app.admin.post(DNC_LISTS).send(body).expect(200);
    return (answer.body as { id: string }).id;
  }

  /** An import that waits for a worker. */
  async queue(
    kind: ImportKind,
    targetId: string,
    file: string | Buffer,
    options: ImportOptions = {},
  ): Promise<string> {
    const fileName = await this.spool.save(Readable.from([Buffer.from(file)]), 100_000_000);
    const [row] = await this.app.db.query<{ id: string }[]>(
      `INSERT INTO import_runs (kind, target_id, file_name, options) VALUES ($1, $2, $3, $4) RETURNING id`,
      [kind, targetId, fileName, options],
    );
    return row!.id;
  }

  /** Imports the file from beginning to end. */
  async import(
    kind: ImportKind,
    targetId: string,
    file: string | Buffer,
    options: ImportOptions = {},
  ): Promise<ImportState> {
    const runId = await this.queue(kind, targetId, file, options);
    await this.worker().run(runId, new AbortController().signal);
    return this.state(runId);
  }

  async state(runId: string): Promise<ImportState> {
    const [row] = await this.app.db.query<ImportState[]>(
      `SELECT state, completed_records AS completed, added_rows AS added, updated_rows AS updated,
              rejected_records AS rejected, failure_code AS code, failure_message AS message
         FROM import_runs WHERE id = $1`,
      [runId],
    );
    return row!;
  }

  /** Data of the contacts in the order of their sequence. */
  async contacts(listId: string): Promise<Record<string, string>[]> {
    const rows = await this.app.db.query<{ data: Record<string, string> }[]>(
      `SELECT data FROM contacts WHERE contact_list_id = $1 ORDER BY seq`,
      [listId],
    );
    return rows.map(({ data }) => data);
  }

  /** The counter of the list and the rows it counts. */
  async sizes(listId: string): Promise<{ counter: number; rows: number }> {
    const [row] = await this.app.db.query<{ counter: number; rows: number }[]>(
      `SELECT size AS counter, (SELECT count(*)::int FROM contacts WHERE contact_list_id = l.id) AS rows
         FROM contact_lists l WHERE id = $1`,
      [listId],
    );
    return row!;
  }

  /** Ends the session of PostgreSQL that writes the contact with this value in the column `id`, once. */
  async cutConnectionAt(id: string): Promise<void> {
    await this.app.db.query(`
      CREATE SEQUENCE cut_connections;
      CREATE FUNCTION cut_connection() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          -- A sequence counts on when the transaction is rolled back.
          IF nextval('cut_connections') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
          RETURN NEW;
        END $$;
      CREATE TRIGGER cut_connection BEFORE INSERT ON contacts FOR EACH ROW
        WHEN (NEW.data ->> 'id' = '${id}') EXECUTE FUNCTION cut_connection()`);
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

export interface ImportState {
  state: string;
  completed: number;
  added: number;
  updated: number;
  rejected: number;
  code: string | null;
  message: string | null;
}

/** A file with the columns id, name and wa, and `count` good records. */
export function contactsFile(count: number, first = 0): string {
  const lines = Array.from(
    { length: count },
    (_, at) => `${first + at},N${first + at},49151${10_000_000 + first + at}`,
  );
  return ['id,name,wa', ...lines].join('\n');
}
