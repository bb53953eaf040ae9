import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { mapPage } from '../../../kernel/page.js';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { type Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { LIBRARIES_PATH, LibrariesService } from './libraries.service.js';
import { LibraryDivisionView, LibraryQuery, type LibraryView } from './library.dto.js';

const VIEWS_PATH = `${LIBRARIES_PATH}/divisionviews`;

/** Libraries for pickers: id and name only (Genesys Cloud API, response management). */
@ApiTags('Response Management')
@ApiBearerAuth()
@Controller('api/v2/responsemanagement/libraries/divisionviews')
export class LibraryViewsController {
  constructor(private readonly libraries: LibrariesService) {}

  @Get()
  @RequirePermission('responses:library:view')
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: LibraryQuery,
  ): Promise<Listing<LibraryDivisionView>> {
    const page = await this.libraries.list(caller.scope('responses:library:view'), query.toPage(), query);
    return toListing(mapPage(page, toDivisionView), VIEWS_PATH);
  }

  @Get(':id')
  @RequirePermission('responses:library:view')
  @ApiOkResponse({ type: LibraryDivisionView })
  async get(
    @CurrentCaller() caller: Caller,
    @Param('id', ParseUUIDPipe) id: string,
  ): Promise<LibraryDivisionView> {
    return toDivisionView(await this.libraries.get(caller.scope('responses:library:view'), id));
  }
}

function toDivisionView({ id, name }: LibraryView): LibraryDivisionView {
  return { id, name, selfUri: `${VIEWS_PATH}/${id}` };
}
