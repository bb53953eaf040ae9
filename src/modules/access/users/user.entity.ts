import {
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { Division } from '../divisions/division.entity.js';

/** A person who signs in. */
@Entity('users')
export class User {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'users_pk' })
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  email: string;

  @Column('text', { nullable: true })
  passwordHash: string | null;

  @Column('uuid')
  divisionId: string;

  @ManyToOne(() => Division, { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'division_id', foreignKeyConstraintName: 'users_division_fk' })
  division: Relation<Division>;

  /** active, inactive or deleted. */
  @Column('text', { default: 'active' })
  state: string;

  @Column('int', { default: 1 })
  version: number;

  @Column('text', { nullable: true })
  department: string | null;

  @Column('text', { nullable: true })
  title: string | null;

  @Column('timestamptz', { nullable: true })
  lastSignInAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
