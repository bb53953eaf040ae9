import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Session } from '../sign-in/session.entity.js';
import { User } from '../users/user.entity.js';
import { OAuthClient } from './oauth-client.entity.js';
import { TokenFamily } from './token-family.entity.js';

/** What a signed-in browser carries to its client; only the SHA-256 is kept. Good for one use within a minute. */
@Entity('authorization_codes')
export class AuthorizationCode {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'authorization_codes_pk' })
  codeHash: Buffer;

  @Index('authorization_codes_client_id_idx')
  @Column('text')
  clientId: string;

  @ManyToOne(() => OAuthClient, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'client_id', foreignKeyConstraintName: 'authorization_codes_client_fk' })
  client: Relation<OAuthClient>;

  @Index('authorization_codes_user_id_idx')
  @Column('uuid')
  userId: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'authorization_codes_user_fk' })
  user: Relation<User>;

  @Index('authorization_codes_session_id_idx')
  @Column('uuid', { nullable: true })
  sessionId: string | null;

  @ManyToOne(() => Session, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'authorization_codes_session_fk' })
  session: Relation<Session> | null;

  @Column('text')
  redirectUri: string;

  /** PKCE challenge (S256); null when the client proves itself by its secret. */
  @Column('text', { nullable: true })
  codeChallenge: string | null;

  @Column('timestamptz')
  expiresAt: Date;

  @Column('timestamptz', { nullable: true })
  usedAt: Date | null;

  /** What was issued from it, to be revoked should it come a second time. */
  @Index('authorization_codes_family_id_idx')
  @Column('uuid', { nullable: true })
  familyId: string | null;

  @ManyToOne(() => TokenFamily, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'family_id', foreignKeyConstraintName: 'authorization_codes_family_fk' })
  family: Relation<TokenFamily> | null;
}
