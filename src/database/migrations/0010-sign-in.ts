import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: access. Public clients, authorization codes, refresh tokens, sign-in sessions, invitations. */
export class SignIn1763769600010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const TABLES = `
  ALTER TABLE oauth_clients
    ALTER COLUMN secret_hash DROP NOT NULL,
    ADD COLUMN public boolean NOT NULL DEFAULT false,
    ADD COLUMN redirect_uris text[] NOT NULL DEFAULT '{}',
    ADD COLUMN scope text[] NOT NULL DEFAULT '{}',
    ADD COLUMN created_by text,
    ADD COLUMN modified_by text,
    ADD CONSTRAINT oauth_clients_secret_check CHECK (public = (secret_hash IS NULL)),
    ADD CONSTRAINT oauth_clients_grant_type_check
      CHECK (authorized_grant_type IN ('CLIENT-CREDENTIALS', 'CODE')),
    ADD CONSTRAINT oauth_clients_public_check CHECK (NOT public OR authorized_grant_type = 'CODE');

  ALTER TABLE users
    ADD COLUMN department text,
    ADD COLUMN title text,
    ADD COLUMN last_sign_in_at timestamptz;

  CREATE TABLE sessions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sessions_pk PRIMARY KEY (id),
    CONSTRAINT sessions_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  );
  CREATE UNIQUE INDEX sessions_token_hash_unique ON sessions (token_hash);
  CREATE INDEX sessions_user_id_idx ON sessions (user_id);

  CREATE TABLE token_families (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    client_id text NOT NULL,
    user_id uuid NOT NULL,
    session_id uuid,
    client_authenticated boolean NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT token_families_pk PRIMARY KEY (id),
    CONSTRAINT token_families_client_fk FOREIGN KEY (client_id) REFERENCES oauth_clients (id) ON DELETE CASCADE,
    CONSTRAINT token_families_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT token_families_session_fk FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE SET NULL
  );
  CREATE INDEX token_families_user_id_idx ON token_families (user_id);
  CREATE INDEX token_families_client_id_idx ON token_families (client_id);
  CREATE INDEX token_families_session_id_idx ON token_families (session_id);

  CREATE TABLE refresh_tokens (
    token_hash bytea NOT NULL,
    family_id uuid NOT NULL,
    used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT refresh_tokens_pk PRIMARY KEY (token_hash),
    CONSTRAINT refresh_tokens_family_fk FOREIGN KEY (family_id) REFERENCES token_families (id) ON DELETE CASCADE
  );
  CREATE INDEX refresh_tokens_family_id_idx ON refresh_tokens (family_id);

  CREATE TABLE authorization_codes (
    code_hash bytea NOT NULL,
    client_id text NOT NULL,
    user_id uuid NOT NULL,
    session_id uuid,
    redirect_uri text NOT NULL,
    code_challenge text,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    family_id uuid,
    CONSTRAINT authorization_codes_pk PRIMARY KEY (code_hash),
    CONSTRAINT authorization_codes_client_fk FOREIGN KEY (client_id) REFERENCES oauth_clients (id) ON DELETE CASCADE,
    CONSTRAINT authorization_codes_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT authorization_codes_session_fk FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    CONSTRAINT authorization_codes_family_fk FOREIGN KEY (family_id) REFERENCES token_families (id) ON DELETE SET NULL
  );
  CREATE INDEX authorization_codes_client_id_idx ON authorization_codes (client_id);
  CREATE INDEX authorization_codes_user_id_idx ON authorization_codes (user_id);
  CREATE INDEX authorization_codes_session_id_idx ON authorization_codes (session_id);
  CREATE INDEX authorization_codes_family_id_idx ON authorization_codes (family_id);

  CREATE TABLE password_invites (
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT password_invites_pk PRIMARY KEY (user_id),
    CONSTRAINT password_invites_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
  );
  CREATE UNIQUE INDEX password_invites_token_hash_unique ON password_invites (token_hash);

  ALTER TABLE access_tokens
    ADD COLUMN family_id uuid,
    ADD CONSTRAINT access_tokens_family_fk FOREIGN KEY (family_id)
      REFERENCES token_families (id) ON DELETE CASCADE;
  CREATE INDEX access_tokens_family_id_idx ON access_tokens (family_id);
  CREATE INDEX access_tokens_client_id_idx ON access_tokens (client_id);
`;
