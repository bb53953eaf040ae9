import { Controller, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../../../platform/errors/api-error.js';
import { Public } from '../../../platform/http/public.decorator.js';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { UploadsService } from './uploads.service.js';

class UploadAnswer {
  @ApiProperty({ description: 'Id of the import that was started' })
  importId: string;
}

const formFields = {
  file: { type: 'string', format: 'binary' },
  fileType: { type: 'string', enum: ['contactlist', 'dnclist'] as string[] },
  id: { type: 'string', format: 'uuid', description: 'Id of the list' },
  'contact-id-name': {
    type: 'string',
    description: 'Column with the contact id; contacts of that id are updated',
  },
  'clear-system-data': { type: 'boolean', description: 'Resets what campaigns noted on updated contacts' },
  phoneColumns: { type: 'string', description: 'DNC list: columns with numbers, comma separated' },
  whatsAppColumns: { type: 'string', description: 'DNC list: columns with numbers, comma separated' },
  emailColumns: { type: 'string', description: 'DNC list: columns with e-mail addresses, comma separated' },
  customExclusionColumns: {
    type: 'string',
    description: 'DNC list: column with values of the custom exclusion column',
  },
  expirationDateTimeColumn: { type: 'string', description: 'DNC list: column that says until when' },
};

/** Receives CSV files. */
@ApiTags('Uploads')
@Controller('uploads/v2')
export class UploadsController {
  constructor(private readonly uploads: UploadsService) {}

  /** Takes the file for an upload URL. The key in the path is the permission. */
  @Put('files/:uploadKey')
  @Public()
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiConsumes('text/csv')
  @ApiOkResponse({ type: UploadAnswer })
  async receive(
    @Param('uploadKey') uploadKey: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadAnswer> {
    return { importId: await closeOnError(request, reply, this.uploads.receive(uploadKey, request)) };
  }

  /** Takes a file by form and starts the import. */
  @Post('contactlist')
  @RequirePermission('outbound:contactList:upload', 'outbound:dncList:upload')
  @HttpCode(200)
  @ApiBearerAuth()
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file', 'fileType', 'id'], properties: { ...formFields } },
  })
  @ApiOkResponse({ type: UploadAnswer })
  async receiveForm(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadAnswer> {
    return { importId: await closeOnError(request, reply, this.uploads.receiveForm(caller, request)) };
  }
}

// What a refused client still sends is nobody's: read past the part under way, then close.
async function closeOnError<T>(request: FastifyRequest, reply: FastifyReply, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isCutOff(error)) throw cutOff(error);
    if (!request.raw.complete) {
      void reply.header('connection', 'close');
      request.raw.unpipe();
      request.raw.resume();
    }
    throw error;
  }
}

function isCutOff(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function cutOff(cause: unknown): ApiError {
  return new ApiError('invalid', 'client.failed.request', 'The file did not arrive whole; send it again.', {
    cause,
  });
}
