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

export const CONTACT_METHODS = ['Phone', 'WhatsApp', 'Any', 'Email'] as const;
export type ContactMethod = (typeof CONTACT_METHODS)[number];

/** A list of numbers that must not be messaged. */
@Entity('dnc_lists')
export class DncList {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'dnc_lists_pk' })
  id: string;

  @Column('text')
  name: string;

  @Index('dnc_lists_division')
  @Column('uuid')
  divisionId: string;

  @ManyToOne('Division', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'division_id', foreignKeyConstraintName: 'dnc_lists_division_fk' })
  division: unknown;

  /** rds: kept by this server. */
  @Column('text', { default: 'rds' })
  dncSourceType: string;

  @Column('text')
  contactMethod: ContactMethod;

  /** Number of entries, expired ones included; whoever writes entries keeps it in the same transaction. */
  @Column('int', { default: 0 })
  size: number;

  @Column('int', { default: 1 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
