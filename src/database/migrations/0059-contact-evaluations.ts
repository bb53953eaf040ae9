import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: contact-lists. What campaigns noted on contacts, for rules that ask for it. */
export class ContactEvaluations1763769600059 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE VIEW contact_evaluations_v AS SELECT seq, latest_whatsapp_evaluations FROM contacts;
      COMMENT ON VIEW contact_evaluations_v IS 'For dispatch: the last result of each WhatsApp column of a contact';
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
