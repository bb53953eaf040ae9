import { Column, CreateDateColumn, UpdateDateColumn } from 'typeorm';

/** What supported content and messaging settings have in common. */
export abstract class MessagingProfile {
  abstract id: string;

  @Column('text')
  name: string;

  /** Integrations that name none get this one. */
  @Column('boolean', { default: false })
  isDefault: boolean;

  @Column('int', { default: 1 })
  version: number;

  @Column('uuid', { nullable: true })
  createdBy: string | null;

  @Column('uuid', { nullable: true })
  modifiedBy: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}

/** What messages of an integration may hold (Genesys Cloud API, supported content). */
export type MediaTypes = { allow?: { inbound?: { type: string }[]; outbound?: { type: string }[] } };

/** Whether something is on, by direction (Genesys Cloud API, messaging settings). */
export type Switch = 'Enabled' | 'Disabled';
export type StorySetting = { mention?: { inbound?: Switch }; reply?: { inbound?: Switch } };
export type TypingSetting = { on?: { inbound?: Switch; outbound?: Switch } };
