import { Entity, PrimaryGeneratedColumn, Column } from 'typeorm';
import { type MediaTypes, MessagingProfile } from './messaging-profile.js';

/** Which media types integrations take and send. Templates are sent whatever it says. */
@Entity('supported_contents')
export class SupportedContent extends MessagingProfile {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'supported_contents_pk' })
  id: string;

  @Column('jsonb', { default: {} })
  mediaTypes: MediaTypes;
}
