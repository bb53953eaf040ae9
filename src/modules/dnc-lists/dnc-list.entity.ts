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

/** rds: numbers or addresses; rds_custom: values of a contact column. Both are kept by this server. */
export const DNC_SOURCES = ['rds', 'rds_custom'] as const;
export type DncSource = (typeof DNC_SOURCES)[number];

/**
 * Lists that the server keeps: of those who opted out of all messages, or of marketing from one number, of those whom
 * WhatsApp could not reach, and of those to whom it lets no more marketing through for now.
 */
export const KEPT_LISTS = ['all', 'marketing', 'unreachable', 'cool-down'] as const;
export type KeptList = (typeof KEPT_LISTS)[number];

/** A list of people who must not be messaged. */
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

  @Column('text', { default: 'rds' })
  dncSourceType: DncSource;

  /** Never null for rds. */
  @Column('text', { nullable: true })
  contactMethod: ContactMethod | null;

  /** The contact column whose values the entries of an rds_custom list are. */
  @Column('text', { nullable: true })
  customExclusionColumn: string | null;

  /** Set on lists that the server keeps. */
  @Column('text', { nullable: true })
  optOuts: KeptList | null;

  /** Phone number id of that number. */
  @Column('text', { nullable: true })
  optOutsSender: string | null;

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
