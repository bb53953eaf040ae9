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
import type { RetentionType } from '../retention/retention.js';
import type { AddressColumn, ColumnDataTypeSpecification } from './contact-list-definition.js';

/** A list of people to contact: its columns, and how many contacts it has. */
@Entity('contact_lists')
export class ContactList {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'contact_lists_pk' })
  id: string;

  @Column('text')
  name: string;

  @Index('contact_lists_division')
  @Column('uuid')
  divisionId: string;

  @ManyToOne('Division', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'division_id', foreignKeyConstraintName: 'contact_lists_division_fk' })
  division: unknown;

  @Column('text', { array: true })
  columnNames: string[];

  @Column('jsonb', { default: [] })
  phoneColumns: AddressColumn[];

  @Column('jsonb', { default: [] })
  emailColumns: AddressColumn[];

  @Column('jsonb', { default: [] })
  whatsAppColumns: AddressColumn[];

  @Column('jsonb', { default: [] })
  columnDataTypeSpecifications: ColumnDataTypeSpecification[];

  /** Whether an import removes white space around values. */
  @Column('boolean', { default: true })
  trimWhitespace: boolean;

  @Column('text', { nullable: true })
  retentionType: RetentionType | null;

  @Column('int', { nullable: true })
  retentionDays: number | null;

  @Column('text', { nullable: true })
  timeZone: string | null;

  /** When the list is deleted. */
  @Column('timestamptz', { nullable: true })
  expiresAt: Date | null;

  /** Number of contacts; whoever writes contacts keeps it in the same transaction. */
  @Column('int', { default: 0 })
  size: number;

  /** Contacts deleted since the list was made: positions of the others hold while it stays the same. */
  @Column('bigint', { default: 0 })
  removals: string;

  @Column('int', { default: 1 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
