import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** A program that logs in, for itself or on behalf of its users. */
@Entity('oauth_clients')
export class OAuthClient {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'oauth_clients_pk' })
  id: string;

  @Column('text')
  name: string;

  @Column('text', { default: '' })
  description: string;

  /** Null for a public client, which has no secret. */
  @Column('text', { nullable: true })
  secretHash: string | null;

  /** Runs where a secret can't be kept (a browser, a desktop); proves itself by PKCE alone. */
  @Column('boolean', { default: false })
  public: boolean;

  /** CLIENT-CREDENTIALS or CODE. */
  @Column('text', { default: 'CLIENT-CREDENTIALS' })
  authorizedGrantType: string;

  /** 300 to 172,800 seconds (Genesys Cloud API, OAuth clients). */
  @Column('int', { default: 86_400 })
  accessTokenValiditySeconds: number;

  /** Where codes may be sent; compared character by character. */
  @Column('text', { array: true, default: '{}' })
  redirectUris: string[];

  /** Scopes that its users' tokens are limited to; none means no limit. */
  @Column('text', { array: true, default: '{}' })
  scope: string[];

  /** active, inactive or disabled. */
  @Column('text', { default: 'active' })
  state: string;

  /** Subject that created it; null for clients that come with the product. */
  @Column('text', { nullable: true })
  createdBy: string | null;

  @Column('text', { nullable: true })
  modifiedBy: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  modifiedAt: Date;
}
