import { Controller, Get, Param, ParseUUIDPipe, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../../../platform/http/public.decorator.js';
import { Authenticated, Caller, CurrentCaller } from '../../access/index.js';
import { CONTENT_TYPE } from '../export-file.js';
import { ExportStore } from '../runs/export-store.js';
import { DownloadQuery, DownloadUrl, FileQuery } from './download.dto.js';
import { DownloadLinks, downloadNotFound } from './download-links.js';

/** Files that exports have become. */
@ApiTags('Downloads')
@Controller()
export class DownloadsController {
  constructor(
    private readonly links: DownloadLinks,
    private readonly store: ExportStore,
  ) {}

  /** Leads to the file by a link that works without token for ten minutes. */
  @Get('api/v2/downloads/:downloadId')
  @Authenticated()
  @ApiBearerAuth()
  @ApiOkResponse({ type: DownloadUrl })
  @ApiFoundResponse({ description: 'The file is there' })
  async get(
    @CurrentCaller() caller: Caller,
    @Param('downloadId', ParseUUIDPipe) id: string,
    @Query() { contentDisposition, issueRedirect }: DownloadQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DownloadUrl | undefined> {
    const inline = /^inline\b/iu.test(contentDisposition ?? '');
    const url = await this.links.create(caller, id, inline);
    if (issueRedirect === false) return { url };
    void reply.redirect(url, 302);
    return undefined;
  }

  /** The file itself. The signature in the address is the permission. */
  @Get('uploads/v2/downloads/:downloadId')
  @Public()
  @ApiOkResponse({ description: 'The file' })
  async file(
    @Param('downloadId', ParseUUIDPipe) id: string,
    @Query() { expires, inline, signature }: FileQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const file = await this.links.open({ id, expires, inline: inline === 'true' }, signature);
    const content = file.fileName ? await this.store.read(file.fileName) : undefined;
    if (!content) throw downloadNotFound(id);
    await reply
      .header('content-type', CONTENT_TYPE[file.layout.format])
      .header('content-length', file.sizeBytes)
      .header('content-disposition', disposition(inline === 'true', file.downloadName))
      .header('cache-control', 'private, no-store')
      .send(content);
  }
}

// The name in ASCII for old clients, and in full (RFC 6266).
function disposition(inline: boolean, name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["%\\]/gu, '_');
  const full = encodeURIComponent(name).replace(/['()*]/gu, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `${inline ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${full}`;
}
