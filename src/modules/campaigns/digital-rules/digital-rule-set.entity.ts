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
import type { DigitalRule } from './digital-rule.js';

/** Rules that campaigns apply to each contact before and after its message. */
@Entity('digital_rule_sets')
export class DigitalRuleSet {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'digital_rule_sets_pk' })
  id: string;

  @Column('text')
  name: string;

  /** The list whose columns the rules were written for; campaigns of other lists with these columns may use them. */
  @Index('digital_rule_sets_contact_list_id_idx')
  @Column('uuid', { nullable: true })
  contactListId: string | null;

  @ManyToOne('ContactList', { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'contact_list_id', foreignKeyConstraintName: 'digital_rule_sets_contact_list_fk' })
  contactList: unknown;

  @Column('jsonb')
  rules: DigitalRule[];

  @Column('int', { default: 1 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
