import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { Session } from '../sign-in/session.entity.js';
import { User } from '../users/user.entity.js';
import { OAuthClient } from './oauth-client.entity.js';

/** One sign-in of a user at a client: every token that came from it. Deleting it makes all of them useless. */
@Entity('token_families')
export class TokenFamily {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'token_families_pk' })
  id: string;

  @Index('token_families_client_id_idx')
  @Column('text')
  clientId: string;

  @ManyToOne(() => OAuthClient, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'client_id', foreignKeyConstraintName: 'token_families_client_fk' })
  client: Relation<OAuthClient>;

  @Index('token_families_user_id_idx')
  @Column('uuid')
  userId: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'token_families_user_fk' })
  user: Relation<User>;

  @Index('token_families_session_id_idx')
  @Column('uuid', { nullable: true })
  sessionId: string | null;

  @ManyToOne(() => Session, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'token_families_session_fk' })
  session: Relation<Session> | null;

  /** True when the client proved itself by its secret; then it has to do so at each refresh as well. */
  @Column('boolean')
  clientAuthenticated: boolean;

  /** From then on nothing can be refreshed. */
  @Column('timestamptz')
  expiresAt: Date;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}

/** A refresh token; only its SHA-256 is kept. Used ones stay, so that a second use is seen. */
@Entity('refresh_tokens')
export class RefreshToken {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'refresh_tokens_pk' })
  tokenHash: Buffer;

  @Index('refresh_tokens_family_id_idx')
  @Column('uuid')
  familyId: string;

  @ManyToOne(() => TokenFamily, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'family_id', foreignKeyConstraintName: 'refresh_tokens_family_fk' })
  family: Relation<TokenFamily>;

  @Column('timestamptz', { nullable: true })
  usedAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
