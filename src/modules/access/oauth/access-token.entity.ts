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

/** A bearer token that was given out; only its SHA-256 is kept. */
@Entity('access_tokens')
export class AccessToken {
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'access_tokens_pk' })
  tokenHash: Buffer;

  @Column('text')
  clientId: string;

  @ManyToOne(() => OAuthClient, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'client_id', foreignKeyConstraintName: 'access_tokens_client_fk' })
  client: Relation<OAuthClient>;

  @Column('text')
  subjectId: string;

  @Column('text')
  subjectType: string;

  @Index('access_tokens_expires_at_idx')
  @Column('timestamptz')
  expiresAt: Date;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
