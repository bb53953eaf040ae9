import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: access. Organisation, divisions, roles, grants, users, OAuth clients and tokens. */
export class Access1763769600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const TABLES = `
  CREATE TABLE organizations (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT organizations_pk PRIMARY KEY (id)
  );
  CREATE UNIQUE INDEX organizations_only_one ON organizations ((true));

  CREATE TABLE divisions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    home boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT divisions_pk PRIMARY KEY (id)
  );
  CREATE UNIQUE INDEX divisions_name_unique ON divisions (lower(name));
  CREATE UNIQUE INDEX divisions_one_home ON divisions (home) WHERE home;

  CREATE TABLE roles (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    default_role_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT roles_pk PRIMARY KEY (id)
  );
  CREATE UNIQUE INDEX roles_name_unique ON roles (lower(name));
  CREATE UNIQUE INDEX roles_default_role_id_unique ON roles (default_role_id);

  CREATE TABLE role_policies (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    role_id uuid NOT NULL,
    domain text NOT NULL,
    entity_name text NOT NULL,
    actions text[] NOT NULL,
    CONSTRAINT role_policies_pk PRIMARY KEY (id),
    CONSTRAINT role_policies_role_fk FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE,
    CONSTRAINT role_policies_actions_check CHECK (cardinality(actions) > 0)
  );
  CREATE UNIQUE INDEX role_policies_entity_unique ON role_policies (role_id, domain, entity_name);

  CREATE TABLE users (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    email text NOT NULL,
    password_hash text,
    division_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'active',
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_pk PRIMARY KEY (id),
    CONSTRAINT users_division_fk FOREIGN KEY (division_id) REFERENCES divisions (id) ON DELETE RESTRICT,
    CONSTRAINT users_state_check CHECK (state IN ('active', 'inactive', 'deleted'))
  );
  CREATE UNIQUE INDEX users_email_unique ON users (lower(email)) WHERE state <> 'deleted';

  CREATE TABLE oauth_clients (
    id text NOT NULL,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    secret_hash text NOT NULL,
    authorized_grant_type text NOT NULL DEFAULT 'CLIENT-CREDENTIALS',
    access_token_validity_seconds int NOT NULL DEFAULT 86400,
    state text NOT NULL DEFAULT 'active',
    created_at timestamptz NOT NULL DEFAULT now(),
    modified_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT oauth_clients_pk PRIMARY KEY (id),
    CONSTRAINT oauth_clients_state_check CHECK (state IN ('active', 'inactive', 'disabled')),
    CONSTRAINT oauth_clients_validity_check CHECK (access_token_validity_seconds BETWEEN 300 AND 172800)
  );

  CREATE TABLE grants (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    subject_id text NOT NULL,
    subject_type text NOT NULL,
    role_id uuid NOT NULL,
    division_id uuid,
    granted_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT grants_pk PRIMARY KEY (id),
    CONSTRAINT grants_role_fk FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE RESTRICT,
    CONSTRAINT grants_division_fk FOREIGN KEY (division_id) REFERENCES divisions (id) ON DELETE RESTRICT,
    CONSTRAINT grants_subject_type_check CHECK (subject_type IN ('PC_USER', 'PC_OAUTH_CLIENT'))
  );
  CREATE UNIQUE INDEX grants_unique ON grants (subject_id, role_id, division_id) NULLS NOT DISTINCT;

  CREATE TABLE access_tokens (
    token_hash bytea NOT NULL,
    client_id text NOT NULL,
    subject_id text NOT NULL,
    subject_type text NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT access_tokens_pk PRIMARY KEY (token_hash),
    CONSTRAINT access_tokens_client_fk FOREIGN KEY (client_id) REFERENCES oauth_clients (id) ON DELETE CASCADE
  );
  CREATE INDEX access_tokens_expires_at_idx ON access_tokens (expires_at);
`;
