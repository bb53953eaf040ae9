import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';
import type { CampaignRuleDefinition } from './campaign-rule.js';

/** What happens to campaigns by themselves when something else happens. */
@Entity('campaign_rules')
export class CampaignRule {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'campaign_rules_pk' })
  id: string;

  @Column('text')
  name: string;

  /** Only a rule that is disabled can be changed or deleted. */
  @Column('boolean', { default: false })
  enabled: boolean;

  @Column('jsonb')
  definition: CampaignRuleDefinition;

  @Column('int', { default: 1 })
  version: number;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
