import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { NamedListQuery } from '../../../platform/http/named-list-query.js';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { SequenceDto, SEQUENCES_PATH, SequenceView } from './sequence.dto.js';
import { SequencesService } from './sequences.service.js';

/** Who may use all campaigns of a sequence may use the sequence (Genesys Cloud API, sequences). */
@ApiTags('Sequences')
@ApiBearerAuth()
@Controller('api/v2/outbound/sequences')
export class SequencesController {
  constructor(private readonly sequences: SequencesService) {}

  @Get()
  @RequirePermission('outbound:campaignSequence:view')
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: NamedListQuery,
  ): Promise<Listing<SequenceView>> {
    const filter = { ...query.toFilter(), divisionIds: undefined };
    const page = await this.sequences.list(
      caller.scope('outbound:campaignSequence:view'),
      filter,
      query.toPage(),
    );
    return toListing(page, SEQUENCES_PATH);
  }

  @Post()
  @HttpCode(200)
  @RequirePermission('outbound:campaignSequence:add')
  @ApiOkResponse({ type: SequenceView })
  create(@CurrentCaller() caller: Caller, @Body() dto: SequenceDto): Promise<SequenceView> {
    return this.sequences.create(caller, dto);
  }

  @Get(':sequenceId')
  @RequirePermission('outbound:campaignSequence:view')
  @ApiOkResponse({ type: SequenceView })
  get(
    @CurrentCaller() caller: Caller,
    @Param('sequenceId', ParseUUIDPipe) id: string,
  ): Promise<SequenceView> {
    return this.sequences.get(caller.scope('outbound:campaignSequence:view'), id);
  }

  @Put(':sequenceId')
  @RequirePermission('outbound:campaignSequence:edit')
  @ApiOkResponse({ type: SequenceView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('sequenceId', ParseUUIDPipe) id: string,
    @Body() dto: SequenceDto,
  ): Promise<SequenceView> {
    return this.sequences.update(caller, id, dto);
  }

  @Delete(':sequenceId')
  @HttpCode(204)
  @RequirePermission('outbound:campaignSequence:delete')
  delete(@CurrentCaller() caller: Caller, @Param('sequenceId', ParseUUIDPipe) id: string): Promise<void> {
    return this.sequences.delete(caller.scope('outbound:campaignSequence:delete'), id);
  }
}
