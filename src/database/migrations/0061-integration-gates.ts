import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch. What the provider's answers say about how fast an integration may send, for all processes. */
export class IntegrationGates1763769600061 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(GATES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const GATES = `
  CREATE TABLE integration_gates (
    integration_id uuid NOT NULL,
    held_until timestamptz,
    outages int NOT NULL DEFAULT 0,
    probing_until timestamptz,
    pace_factor float8 NOT NULL DEFAULT 1,
    paced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT integration_gates_pk PRIMARY KEY (integration_id),
    CONSTRAINT integration_gates_outages_check CHECK (outages >= 0),
    CONSTRAINT integration_gates_factor_check CHECK (pace_factor > 0 AND pace_factor <= 1)
  );
  COMMENT ON COLUMN integration_gates.outages IS 'In a row; above 0 one message at a time may try whether it is over';
  COMMENT ON COLUMN integration_gates.pace_factor IS
    'Part of its throughput that the integration had left at paced_at; it recovers with time';
`;
