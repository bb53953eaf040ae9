import { Column, CreateDateColumn, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** A part of the organisation that objects belong to and that grants are limited to. */
@Entity('divisions')
export class Division {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'divisions_pk' })
  id: string;

  @Column('text')
  name: string;

  @Column('text', { default: '' })
  description: string;

  /** Exactly one division is the home division. */
  @Column('boolean', { default: false })
  home: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}

/**
 * A division that was deleted and may be restored. It has left the table of divisions, so that the foreign keys of
 * all objects guard the deletion and nothing can be put into it.
 */
@Entity('deleted_divisions')
export class DeletedDivision {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'deleted_divisions_pk' })
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  description: string;

  @Column('timestamptz')
  createdAt: Date;

  @CreateDateColumn({ type: 'timestamptz' })
  deletedAt: Date;
}
