import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '../access.decorators.js';
import { DivisionsService, type DivisionView } from './divisions.service.js';

@ApiTags('Authorization')
@ApiBearerAuth()
@Controller('api/v2/authorization/divisions')
export class DivisionsController {
  constructor(private readonly divisions: DivisionsService) {}

  @Get('home')
  @Authenticated()
  home(): Promise<DivisionView> {
    return this.divisions.home();
  }
}
