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
import { MessagingSetting } from '../profiles/messaging-setting.entity.js';
import { SupportedContent } from '../profiles/supported-content.entity.js';

/** Whether it can send (Genesys Cloud API, WhatsAppIntegration status). */
export type IntegrationStatus = 'Incomplete' | 'Starting' | 'Active' | 'Error';
/** How far the signup is (Genesys Cloud API, WhatsAppIntegration createStatus). */
export type CreateStatus = 'Initiated' | 'Completed' | 'Error';

export interface AvailablePhoneNumber {
  phoneNumberId: string;
  wabaId: string;
  /** Name that recipients see. */
  name: string;
  /** With plus and country code, digits only. */
  phoneNumber: string;
  status: string;
}

/** Why signup or activation failed, for the person who set it up. */
export interface IntegrationError {
  code: string;
  message: string;
}

/** A WhatsApp business phone number that campaigns send from. Secrets are sealed (platform/crypto). */
@Entity('whatsapp_integrations')
@Index('whatsapp_integrations_phone_number_id_unique', ['phoneNumberId'], { unique: true })
@Index('whatsapp_integrations_waba_idx', ['wabaId'])
@Index('whatsapp_integrations_supported_content_idx', ['supportedContentId'])
@Index('whatsapp_integrations_messaging_setting_idx', ['messagingSettingId'])
export class WhatsAppIntegration {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'whatsapp_integrations_pk' })
  id: string;

  @Column('text')
  name: string;

  @Column('int', { default: 1 })
  version: number;

  @Column('text', { default: 'Incomplete' })
  status: IntegrationStatus;

  @Column('text', { default: 'Initiated' })
  createStatus: CreateStatus;

  @Column('jsonb', { nullable: true })
  createError: IntegrationError | null;

  @Column('jsonb', { nullable: true })
  activationError: IntegrationError | null;

  /** Why a number that was active can't send at present; it heals by itself. */
  @Column('jsonb', { nullable: true })
  stateError: IntegrationError | null;

  /** Not healed before, because the probe can't see what was wrong. */
  @Column('timestamptz', { nullable: true })
  heldUntil: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  probeDueAt: Date;

  /** GREEN, YELLOW, RED or UNKNOWN. */
  @Column('text', { default: 'UNKNOWN' })
  qualityRating: string;

  /** When all templates of the account were read; null when something has changed since. */
  @Column('timestamptz', { nullable: true })
  templatesReadAt: Date | null;

  @Column('bytea', { select: false })
  accessToken: Buffer;

  /** Kept while an activation is under way. */
  @Column('bytea', { nullable: true, select: false })
  pin: Buffer | null;

  /** What the token reaches; filled by the signup. */
  @Column('jsonb', { default: [] })
  availablePhoneNumbers: AvailablePhoneNumber[];

  @Column('text', { nullable: true })
  wabaId: string | null;

  /** The platform's id of the chosen number; null until one is chosen. */
  @Column('text', { nullable: true })
  phoneNumberId: string | null;

  @Column('text', { nullable: true })
  phoneNumber: string | null;

  /** Throughput that the platform grants: 20, 80 or 1,000. */
  @Column('int', { default: 80 })
  messagesPerSecond: number;

  /** The account has accepted the terms of the Marketing Messages API. */
  @Column('boolean', { default: false })
  marketingOnboarded: boolean;

  @Column('uuid', { nullable: true })
  supportedContentId: string | null;

  @ManyToOne(() => SupportedContent, { onDelete: 'RESTRICT', nullable: true })
  @JoinColumn({
    name: 'supported_content_id',
    foreignKeyConstraintName: 'whatsapp_integrations_supported_content_fk',
  })
  supportedContent?: Relation<SupportedContent> | null;

  @Column('uuid', { nullable: true })
  messagingSettingId: string | null;

  @ManyToOne(() => MessagingSetting, { onDelete: 'RESTRICT', nullable: true })
  @JoinColumn({
    name: 'messaging_setting_id',
    foreignKeyConstraintName: 'whatsapp_integrations_messaging_setting_fk',
  })
  messagingSetting?: Relation<MessagingSetting> | null;

  @Column('uuid', { nullable: true })
  createdBy: string | null;

  @Column('uuid', { nullable: true })
  modifiedBy: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Column('timestamptz', { default: () => 'now()' })
  modifiedAt: Date;
}
