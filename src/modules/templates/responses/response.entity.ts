import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { Library } from '../libraries/library.entity.js';

export const RESPONSE_TYPES = [
  'MessagingTemplate',
  'CampaignSmsTemplate',
  'CampaignEmailTemplate',
  'Footer',
  'Form',
] as const;
export type ResponseType = (typeof RESPONSE_TYPES)[number];

export interface ResponseText {
  content: string;
  contentType?: string;
  type?: string;
}

export interface ResponseSubstitution {
  id: string;
  description?: string;
  defaultValue?: string;
}

/** A WhatsApp template as Genesys describes it (WhatsAppDefinition). */
export interface WhatsAppDefinition {
  name: string;
  language: string;
  namespace?: string;
  header?: { type?: string; content?: string };
  buttons?: { type?: string; content?: string; contentText?: string; payload?: string }[];
  messageFooter?: { type?: string; content?: string };
  integrationId?: string;
  category?: string;
  carousel?: object;
}

/** What WhatsApp says of the template that a response refers to. */
export interface TemplateState {
  integrationId: string;
  /** MARKETING, UTILITY or AUTHENTICATION. */
  category: string;
  /** Only APPROVED may be sent; DELETED when WhatsApp has it no more. */
  templateStatus: string;
  statusInfo?: { code: string; message: string };
}

/** A prepared text or template. */
@Entity('responses')
export class ResponseEntity {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'responses_pk' })
  id: string;

  @Column('text')
  name: string;

  @Column('int', { default: 1 })
  version: number;

  /** Null for an ordinary canned response. */
  @Column('text', { nullable: true })
  responseType: ResponseType | null;

  @Column('text', { nullable: true })
  interactionType: string | null;

  @Column('jsonb', { default: [] })
  texts: ResponseText[];

  @Column('jsonb', { default: [] })
  substitutions: ResponseSubstitution[];

  @Column('jsonb', { nullable: true })
  messagingTemplate: { whatsApp?: WhatsAppDefinition } | null;

  @Column('jsonb', { nullable: true })
  templateState: TemplateState | null;

  /** The WhatsApp integration that it was made from. */
  @Column('uuid', { nullable: true })
  integrationId: string | null;

  @ManyToOne('WhatsAppIntegration', { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'integration_id', foreignKeyConstraintName: 'responses_integration_fk' })
  integration?: unknown;

  /** The version that the last sync wrote: another one was edited by a person, and its content is left alone. */
  @Column('int', { nullable: true })
  syncedVersion: number | null;

  /** Fingerprint of what WhatsApp had when the content was written. */
  @Column('text', { nullable: true })
  syncedContent: string | null;

  @Column('uuid', { nullable: true })
  createdBy: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}

/** A library holds a response; a response may be in several. */
@Entity('response_library_members')
@Index('response_library_members_library_idx', ['libraryId'])
export class ResponseLibraryMember {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'response_library_members_pk' })
  responseId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'response_library_members_pk' })
  libraryId: string;

  @ManyToOne(() => ResponseEntity, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({
    name: 'response_id',
    foreignKeyConstraintName: 'response_library_members_response_fk',
  })
  response?: Relation<ResponseEntity>;

  @ManyToOne(() => Library, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'library_id', foreignKeyConstraintName: 'response_library_members_library_fk' })
  library?: Relation<Library>;
}
