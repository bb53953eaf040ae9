import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. Tells the call of a message that was taken for lost from later calls of it. */
export class LostClaims1763769600094 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CLAIMS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const CLAIMS = `
  ALTER TABLE campaign_messages ADD COLUMN lost_claim uuid;
  COMMENT ON COLUMN campaign_messages.lost_claim IS
    'Claim of the call that was taken for lost when its lease ended; its worker may still say that nothing was sent';
`;
