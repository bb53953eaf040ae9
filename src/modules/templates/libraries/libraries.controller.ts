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
import { type Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { LIBRARIES_PATH, LibrariesService } from './libraries.service.js';
import { CreateLibraryDto, LibraryQuery, LibraryView, UpdateLibraryDto } from './library.dto.js';

@ApiTags('Response Management')
@ApiBearerAuth()
@Controller('api/v2/responsemanagement/libraries')
export class LibrariesController {
  constructor(private readonly libraries: LibrariesService) {}

  @Get()
  @RequirePermission('responses:library:view')
  async list(@CurrentCaller() caller: Caller, @Query() query: LibraryQuery): Promise<Listing<LibraryView>> {
    const page = await this.libraries.list(caller.scope('responses:library:view'), query.toPage(), query);
    return toListing(page, LIBRARIES_PATH);
  }

  @Post()
  @RequirePermission('responses:library:add')
  @HttpCode(200)
  @ApiOkResponse({ type: LibraryView })
  create(@CurrentCaller() caller: Caller, @Body() body: CreateLibraryDto): Promise<LibraryView> {
    return this.libraries.create(caller, body);
  }

  @Get(':id')
  @RequirePermission('responses:library:view')
  @ApiOkResponse({ type: LibraryView })
  get(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<LibraryView> {
    return this.libraries.get(caller.scope('responses:library:view'), id);
  }

  @Put(':id')
  @RequirePermission('responses:library:edit')
  @ApiOkResponse({ type: LibraryView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateLibraryDto,
  ): Promise<LibraryView> {
    return this.libraries.update(caller, id, body);
  }

  @Delete(':id')
  @RequirePermission('responses:library:delete')
  remove(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<void> {
    return this.libraries.remove(caller.scope('responses:library:delete'), id);
  }
}
