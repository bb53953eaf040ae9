import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';

/** A named set of permission policies. */
@Entity('roles')
export class Role {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'roles_pk' })
  id: string;

  @Column('text')
  name: string;

  @Column('text', { default: '' })
  description: string;

  /** Set on roles that come with the product, for example `admin`. */
  @Index('roles_default_role_id_unique', { unique: true })
  @Column('text', { nullable: true })
  defaultRoleId: string | null;

  /** A mark for administrators (Genesys Cloud API, roles: roleNeedsUpdate). */
  @Column('boolean', { default: false })
  needsUpdate: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @OneToMany(() => RolePolicy, (policy) => policy.role)
  policies: Relation<RolePolicy>[];
}

/** What a role allows within one domain; `*` stands for every entity or action. */
@Entity('role_policies')
@Index('role_policies_entity_unique', ['roleId', 'domain', 'entityName'], { unique: true })
export class RolePolicy {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'role_policies_pk' })
  id: string;

  @Column('uuid')
  roleId: string;

  @ManyToOne(() => Role, (role) => role.policies, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'role_id', foreignKeyConstraintName: 'role_policies_role_fk' })
  role: Relation<Role>;

  @Column('text')
  domain: string;

  @Column('text')
  entityName: string;

  @Column('text', { array: true })
  actions: string[];
}
