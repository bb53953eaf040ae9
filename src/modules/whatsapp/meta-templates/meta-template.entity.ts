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

  @Column('timestamptz')
  syncedAt: Date;
}
