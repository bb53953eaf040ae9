import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { MessagingProfile, type StorySetting, type TypingSetting } from './messaging-profile.js';

/** How integrations treat stories and typing indicators. Campaigns have neither. */
@Entity('messaging_settings')
export class MessagingSetting extends MessagingProfile {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'messaging_settings_pk' })
  id: string;

  @Column('jsonb', { default: {} })
  content: { story?: StorySetting };

  @Column('jsonb', { default: {} })
  event: { typing?: TypingSetting };
}
