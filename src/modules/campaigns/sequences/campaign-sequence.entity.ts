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
import { MessagingCampaign } from '../campaign.entity.js';
import type { SequenceStatus } from './sequence-rules.js';

/** Campaigns that run one after another. */
@Entity('campaign_sequences')
export class CampaignSequence {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'campaign_sequences_pk' })
  id: string;

  @Column('text')
  name: string;

  /** In the order in which they run; one may come more than once. */
  @Column('uuid', { array: true })
  campaignIds: string[];

  /** Index, from zero, of the campaign that runs, or ran last. */
  @Column('int', { default: 0 })
  currentCampaign: number;

  @Column('text', { default: 'off' })
  status: SequenceStatus;

  /** When the current campaign is to be started; null while the sequence waits for its end, or is not on. */
  @Column('timestamptz', { nullable: true })
  startAt: Date | null;

  /** Why the sequence went off by itself. */
  @Column('text', { nullable: true })
  stopMessage: string | null;

  @Column('boolean', { default: false })
  repeat: boolean;

  /** Changes with every update and every step. */
  @Column('int', { default: 1 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}

/** Keeps a campaign from being deleted while a sequence has it. */
@Entity('campaign_sequence_campaigns')
export class CampaignSequenceCampaign {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'campaign_sequence_campaigns_pk' })
  sequenceId: string;

  @Index('campaign_sequence_campaigns_campaign_id_idx')
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'campaign_sequence_campaigns_pk' })
  campaignId: string;

  @ManyToOne(() => CampaignSequence, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'sequence_id', foreignKeyConstraintName: 'campaign_sequence_campaigns_sequence_fk' })
  sequence: Relation<CampaignSequence>;

  @ManyToOne(() => MessagingCampaign, { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'campaign_id', foreignKeyConstraintName: 'campaign_sequence_campaigns_campaign_fk' })
  campaign: Relation<MessagingCampaign>;
}
