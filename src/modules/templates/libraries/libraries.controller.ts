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
import { type Listing, PageQuery, toListing } from '../../../platform/http/listing.js';
import { type Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { LIBRARIES_PATH, LibrariesService } from './libraries.service.js';
import {
  CreateLibraryDto,
  LibraryBatchDto,
  LibraryQuery,
  LibrarySearchDto,
  LibraryView,
  UpdateLibraryDto,
} from './library.dto.js';

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

  /** Several libraries by id; those that do not exist are left out. */
  @Post('bulk')
  @RequirePermission('responses:library:view')
  @HttpCode(200)
  async findMany(
    @CurrentCaller() caller: Caller,
    @Body() { libraryIds }: LibraryBatchDto,
  ): Promise<Listing<LibraryView>> {
    const found = await this.libraries.findMany(caller.scope('responses:library:view'), libraryIds);
    return toListing(found, `${LIBRARIES_PATH}/bulk`);
  }

  @Post('query')
  @RequirePermission('responses:library:view')
  @HttpCode(200)
  async search(
    @CurrentCaller() caller: Caller,
    @Query() paging: PageQuery,
    @Body() { query }: LibrarySearchDto,
  ): Promise<Listing<LibraryView>> {
    const scope = caller.scope('responses:library:view');
    const page = await this.libraries.search(scope, paging.toPage(), query);
    return toListing(page, `${LIBRARIES_PATH}/query`);
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
