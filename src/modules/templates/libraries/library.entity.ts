import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';

/** A named collection of responses, in one division. */
@Entity('response_libraries')
export class Library {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'response_libraries_pk' })
  id: string;

  @Column('text')
  name: string;

  @Column('int', { default: 1 })
  version: number;

  @Column('uuid')
  divisionId: string;

  // Named by its class, because entities of other modules are not imported.
  @ManyToOne('Division', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'division_id', foreignKeyConstraintName: 'response_libraries_division_fk' })
  division?: unknown;

  @Column('uuid', { nullable: true })
  createdBy: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
