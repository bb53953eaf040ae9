import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../access.decorators.js';
import { OrganizationsService, type OrganizationView } from './organizations.service.js';

@ApiTags('Organization')
@ApiBearerAuth()
@Controller('api/v2/organizations')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Get('me')
  @Authenticated()
  me(): Promise<OrganizationView> {
    return this.organizations.me();
  }
}
