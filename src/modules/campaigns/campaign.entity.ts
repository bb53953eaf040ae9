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
  UpdateDateColumn,
} from 'typeorm';
import type { ContactSort } from '../contact-lists/index.js';
import type { CampaignProblem } from './campaign-definition.js';
import type { CampaignStatus } from './campaign-status.js';

/** A WhatsApp campaign: who gets which message, how fast, and whether it runs. */
@Entity('messaging_campaigns')
export class MessagingCampaign {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'messaging_campaigns_pk' })
  id: string;

  @Column('text')
  name: string;

  @Index('messaging_campaigns_division_id_idx')
  @Column('uuid')
  divisionId: string;

  @ManyToOne('Division', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'division_id', foreignKeyConstraintName: 'messaging_campaigns_division_fk' })
  division: unknown;

  @Column('text', { default: 'off' })
  campaignStatus: CampaignStatus;

  @Index('messaging_campaigns_contact_list_id_idx')
  @Column('uuid')
  contactListId: string;

  @ManyToOne('ContactList', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'contact_list_id', foreignKeyConstraintName: 'messaging_campaigns_contact_list_fk' })
  contactList: unknown;

  @Index('messaging_campaigns_contact_list_filter_id_idx')
  @Column('uuid', { nullable: true })
  contactListFilterId: string | null;

  @ManyToOne('ContactListFilter', { onDelete: 'RESTRICT', nullable: true })
  @JoinColumn({
    name: 'contact_list_filter_id',
    foreignKeyConstraintName: 'messaging_campaigns_contact_list_filter_fk',
  })
  contactListFilter: unknown;

  @Index('messaging_campaigns_callable_time_set_id_idx')
  @Column('uuid', { nullable: true })
  callableTimeSetId: string | null;

  @ManyToOne('CallableTimeSet', { onDelete: 'RESTRICT', nullable: true })
  @JoinColumn({
    name: 'callable_time_set_id',
    foreignKeyConstraintName: 'messaging_campaigns_callable_time_set_fk',
  })
  callableTimeSet: unknown;

  @Column('int')
  messagesPerMinute: number;

  @Column('text', { array: true })
  whatsAppColumns: string[];

  @Index('messaging_campaigns_integration_id_idx')
  @Column('uuid')
  integrationId: string;

  @ManyToOne('WhatsAppIntegration', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'integration_id', foreignKeyConstraintName: 'messaging_campaigns_integration_fk' })
  integration: unknown;

  @Index('messaging_campaigns_content_template_id_idx')
  @Column('uuid')
  contentTemplateId: string;

  @ManyToOne('ResponseEntity', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({
    name: 'content_template_id',
    foreignKeyConstraintName: 'messaging_campaigns_content_template_fk',
  })
  contentTemplate: unknown;

  @Column('jsonb')
  contactSorts: ContactSort[];

  @Column('boolean', { default: false })
  alwaysRunning: boolean;

  @Column('boolean', { default: false })
  dynamicSort: boolean;

  @Column('boolean', { default: false })
  dynamicFilter: boolean;

  /** Why the campaign is invalid; empty unless it is. */
  @Column('jsonb')
  errors: CampaignProblem[];

  /** Changes with every update and every change of the status. */
  @Column('int', { default: 1 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  modifiedAt: Date;
}

/** A DNC list of a campaign; `position` keeps the order in which they were given. */
@Entity('messaging_campaign_dnc_lists')
export class MessagingCampaignDncList {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'messaging_campaign_dnc_lists_pk' })
  campaignId: string;

  @Index('messaging_campaign_dnc_lists_dnc_list_id_idx')
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'messaging_campaign_dnc_lists_pk' })
  dncListId: string;

  @Column('smallint')
  position: number;

  @ManyToOne(() => MessagingCampaign, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'campaign_id', foreignKeyConstraintName: 'messaging_campaign_dnc_lists_campaign_fk' })
  campaign: Relation<MessagingCampaign>;

  @ManyToOne('DncList', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'dnc_list_id', foreignKeyConstraintName: 'messaging_campaign_dnc_lists_dnc_list_fk' })
  dncList: unknown;
}

/** A digital rule set of a campaign; `position` keeps the order in which they were given. */
@Entity('messaging_campaign_rule_sets')
export class MessagingCampaignRuleSet {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'messaging_campaign_rule_sets_pk' })
  campaignId: string;

  @Index('messaging_campaign_rule_sets_rule_set_id_idx')
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'messaging_campaign_rule_sets_pk' })
  ruleSetId: string;

  @Column('smallint')
  position: number;

  @ManyToOne(() => MessagingCampaign, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'campaign_id', foreignKeyConstraintName: 'messaging_campaign_rule_sets_campaign_fk' })
  campaign: Relation<MessagingCampaign>;

  @ManyToOne('DigitalRuleSet', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'rule_set_id', foreignKeyConstraintName: 'messaging_campaign_rule_sets_rule_set_fk' })
  ruleSet: unknown;
}
