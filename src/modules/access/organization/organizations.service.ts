import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Config } from '../../../platform/config/config.js';
import { Organization } from './organization.entity.js';

export interface OrganizationView {
  id: string;
  name: string;
  version: number;
  state: 'active';
  defaultLanguage: string;
  defaultCountryCode: string;
  domain: string;
  productPlatform: string;
  features: Record<string, boolean>;
  selfUri: string;
}

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly config: Config,
  ) {}

  /** The organisation of this installation. */
  async me(): Promise<OrganizationView> {
    const [organization] = await this.uow.manager.find(Organization, { take: 1 });
    if (!organization) throw new Error('The organisation is created at first start');
    return {
      id: organization.id,
      name: organization.name,
      version: organization.version,
      state: 'active',
      defaultLanguage: 'en-us',
      defaultCountryCode: 'US',
      domain: new URL(this.config.publicUrl).hostname,
      productPlatform: this.config.license,
      features: {},
      selfUri: `/api/v2/organizations/${organization.id}`,
    };
  }
}
