import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

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
