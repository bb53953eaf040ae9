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
import { User } from './user.entity.js';

/** A link by which a user sets a password once; a new one replaces the old. Only its SHA-256 is kept. */
@Entity('password_invites')
export class PasswordInvite {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'password_invites_pk' })
  userId: string;

  @ManyToOne(() => User, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'password_invites_user_fk' })
  user: Relation<User>;

  @Index('password_invites_token_hash_unique', { unique: true })
  @Column('bytea')
  tokenHash: Buffer;

  @Column('timestamptz')
  expiresAt: Date;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
