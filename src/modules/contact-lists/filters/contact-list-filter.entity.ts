import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
  UpdateDateColumn,
} from 'typeorm';
import { ContactList } from '../lists/contact-list.entity.js';
import type { FilterClause, Junction } from './contact-filter.js';

/** Saved criteria for the contacts of one list. Whoever reaches the list reaches its filters. */
@Entity('contact_list_filters')
export class ContactListFilter {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'contact_list_filters_pk' })
  id: string;

  @Column('text')
  name: string;

  @Index('contact_list_filters_contact_list_id_idx')
  @Column('uuid')
  contactListId: string;

  @ManyToOne(() => ContactList, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'contact_list_id', foreignKeyConstraintName: 'contact_list_filters_contact_list_fk' })
  contactList: Relation<ContactList>;

  @Column('text', { nullable: true })
  filterType: Junction | null;

  @Column('jsonb')
  clauses: FilterClause[];

  @Column('int', { default: 1 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
