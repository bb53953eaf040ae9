import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
} from 'typeorm';
import type { EventStatus } from '../deliveries/message-events.js';

/** Active ones are told; paused ones are not, by somebody's wish; disabled ones, because they failed for long. */
export type WebhookState = 'active' | 'paused' | 'disabled';

/** An address that is told what becomes of the messages of a division. */
@Entity('outgoing_webhooks')
export class OutgoingWebhook {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'outgoing_webhooks_pk' })
  id: string;

  @Column('text')
  name: string;

  @Index('outgoing_webhooks_division')
  @Column('uuid')
  divisionId: string;

  @ManyToOne('Division', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'division_id', foreignKeyConstraintName: 'outgoing_webhooks_division_fk' })
  division: unknown;

  @Column('text')
  url: string;

  @Column('text', { array: true })
  statuses: EventStatus[];

  @Column('text', { default: 'active' })
  state: WebhookState;

  @Column('text', { nullable: true })
  disabledReason: string | null;

  /** When the first delivery failed since the last that succeeded. */
  @Column('timestamptz', { nullable: true })
  failingSince: Date | null;

  /** Sealed. */
  @Column('bytea', { select: false })
  secret: Buffer;

  /** Sealed; signs as well until `previousSecretUntil`. */
  @Column('bytea', { nullable: true, select: false })
  previousSecret: Buffer | null;

  @Column('timestamptz', { nullable: true })
  previousSecretUntil: Date | null;

  @Column('int', { default: 1 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
