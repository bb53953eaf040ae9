import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MetaTemplate } from './meta-template.js';

const primaryKey = { primaryKeyConstraintName: 'whatsapp_templates_pk' };

/** Last known state of a template of a WhatsApp business account. */
@Entity('whatsapp_templates')
export class MetaTemplateRow {
  @PrimaryColumn('text', primaryKey)
  wabaId: string;

  @PrimaryColumn('text', primaryKey)
  name: string;

  @PrimaryColumn('text', primaryKey)
  language: string;

  @Column('text')
  metaId: string;

  @Column('text')
  category: MetaTemplate['category'];

  @Column('text')
  status: string;

  @Column('text')
  parameterFormat: MetaTemplate['parameterFormat'];

  @Column('jsonb')
  components: unknown[];

  /** GREEN, YELLOW, RED or UNKNOWN. */
  @Column('text')
  quality: string;

  /** Why it is not approved, in the words of the platform. */
  @Column('text', { nullable: true })
  statusReason: string | null;

  /** When the platform last told of a change by webhook. */
  @Column('timestamptz', { nullable: true })
  statusAt: Date | null;

  /** Why we don't send it although it is approved. */
  @Column('text', { nullable: true })
  heldReason: string | null;

  /** Infinity: until the platform approves it anew. */
  @Column('timestamptz', { nullable: true })
  heldUntil: Date | null;

  @Column('timestamptz')
  syncedAt: Date;
}
