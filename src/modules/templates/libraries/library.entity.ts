import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
} from 'typeorm';

/** A named collection of responses, in one division. */
@Entity('response_libraries')
@Index('response_libraries_integration_unique', ['integrationId'], { unique: true })
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

  /** The WhatsApp integration whose templates it mirrors. */
  @Column('uuid', { nullable: true })
  integrationId: string | null;

  @ManyToOne('WhatsAppIntegration', { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'integration_id', foreignKeyConstraintName: 'response_libraries_integration_fk' })
  integration?: unknown;

  @Column('uuid', { nullable: true })
  createdBy: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}
