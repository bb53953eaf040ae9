import { Body, Controller, Get, HttpCode, Patch } from '@nestjs/common';
import { ApiBearerAuth, ApiProperty, ApiTags } from '@nestjs/swagger';
import { toWireDate } from '../../platform/http/json-dates.js';
import { RequirePermission } from '../access/index.js';
import { OutboundSettingsDto, OutboundSettingsPatchDto } from './outbound-settings.dto.js';
import { OutboundSettingsService } from './outbound-settings.service.js';

const PATH = '/api/v2/outbound/settings';

class OutboundSettingsView extends OutboundSettingsDto {
  @ApiProperty()
  name: string;

  @ApiProperty()
  version: number;

  @ApiProperty()
  dateCreated: string;

  @ApiProperty()
  dateModified: string;

  @ApiProperty()
  selfUri: string;
}

/** Settings of the organisation for outbound campaigns (Genesys Cloud API, outbound settings). */
@ApiTags('Outbound')
@ApiBearerAuth()
@Controller('api/v2/outbound/settings')
export class OutboundSettingsController {
  constructor(private readonly settings: OutboundSettingsService) {}

  @Get()
  @RequirePermission('outbound:settings:view')
  async get(): Promise<OutboundSettingsView> {
    const { settings, version, createdAt, modifiedAt } = await this.settings.read();
    return {
      ...settings,
      name: 'Outbound settings',
      version,
      dateCreated: toWireDate(createdAt),
      dateModified: toWireDate(modifiedAt),
      selfUri: PATH,
    };
  }

  @Patch()
  @HttpCode(204)
  @RequirePermission('outbound:settings:edit')
  async change(@Body() body: OutboundSettingsPatchDto): Promise<void> {
    await this.settings.change(body);
  }
}
