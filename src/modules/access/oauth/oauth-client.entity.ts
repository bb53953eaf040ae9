import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** A program that logs in with an id and a secret. */
@Entity('oauth_clients')
export class OAuthClient {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'oauth_clients_pk' })
  id: string;

  @Column('text')
  name: string;

  @Column('text', { default: '' })
  description: string;

  @Column('text')
  secretHash: string;

  @Column('text', { default: 'CLIENT-CREDENTIALS' })
  authorizedGrantType: string;

  /** 300 to 172,800 seconds (Genesys Cloud API, OAuth clients). */
  @Column('int', { default: 86_400 })
  accessTokenValiditySeconds: number;

  /** active, inactive or disabled. */
  @Column('text', { default: 'active' })
  state: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  modifiedAt: Date;
}
