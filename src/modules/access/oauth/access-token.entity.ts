import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
} from 'typeorm';
import { OAuthClient } from './oauth-client.entity.js';
import { TokenFamily } from './token-family.entity.js';

/** A bearer token that was given out; only its SHA-256 is kept. */
@Entity('access_tokens')
export class AccessToken {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'access_tokens_pk' })
  tokenHash: Buffer;

  @Index('access_tokens_client_id_idx')
  @Column('text')
  clientId: string;

  @ManyToOne(() => OAuthClient, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'client_id', foreignKeyConstraintName: 'access_tokens_client_fk' })
  client: Relation<OAuthClient>;

  @Column('text')
  subjectId: string;

  @Column('text')
  subjectType: string;

  /** The sign-in that it came from; null for client credentials. */
  @Index('access_tokens_family_id_idx')
  @Column('uuid', { nullable: true })
  familyId: string | null;

  @ManyToOne(() => TokenFamily, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'family_id', foreignKeyConstraintName: 'access_tokens_family_fk' })
  family: Relation<TokenFamily> | null;

  @Index('access_tokens_expires_at_idx')
  @Column('timestamptz')
  expiresAt: Date;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
