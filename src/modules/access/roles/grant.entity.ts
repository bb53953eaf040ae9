import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { Division } from '../divisions/division.entity.js';
import { Role } from './role.entity.js';

/** A subject holds a role in a division, or in all of them. */
@Entity('grants')
export class Grant {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'grants_pk' })
  id: string;

  @Column('text')
  subjectId: string;

  /** PC_USER or PC_OAUTH_CLIENT. */
  @Column('text')
  subjectType: string;

  @Index('grants_role_id_idx')
  @Column('uuid')
  roleId: string;

  @ManyToOne(() => Role, { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'role_id', foreignKeyConstraintName: 'grants_role_fk' })
  role: Relation<Role>;

  /** Null stands for all divisions. */
  @Index('grants_division_id_idx')
  @Column('uuid', { nullable: true })
  divisionId: string | null;

  @ManyToOne(() => Division, { onDelete: 'RESTRICT', nullable: true })
  @JoinColumn({ name: 'division_id', foreignKeyConstraintName: 'grants_division_fk' })
  division: Relation<Division> | null;

  @CreateDateColumn({ type: 'timestamptz' })
  grantedAt: Date;
}
