import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Contacts that a run sees late, as their transactions end after those of later contacts. */
export class LateContacts1763769600097 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE campaign_runs ADD COLUMN late_contacts_until xid8;
      COMMENT ON COLUMN campaign_runs.late_contacts_until IS
        'Transactions before this one may still bring contacts before last_contact_seq';
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
