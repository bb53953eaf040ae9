import { Global, Module } from '@nestjs/common';
import { OutboundSettingsController } from './outbound-settings.controller.js';
import { OutboundSettingsService } from './outbound-settings.service.js';

/** What holds for all campaigns and lists of the organisation unless they say otherwise. */
@Global()
@Module({
  controllers: [OutboundSettingsController],
  providers: [OutboundSettingsService],
  exports: [OutboundSettingsService],
})
export class OutboundSettingsModule {}
