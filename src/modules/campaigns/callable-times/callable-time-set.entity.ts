import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';
import type { CallableTime } from './callable-time.js';

/** When people may be messaged, by their time zone. */
@Entity('callable_time_sets')
export class CallableTimeSet {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'callable_time_sets_pk' })
  id: string;

  @Column('text')
  name: string;

  @Column('jsonb')
  callableTimes: CallableTime[];

  @Column('int', { default: 1 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
