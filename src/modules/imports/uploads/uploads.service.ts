import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import type { Reason } from '../../../kernel/reason.js';
import { Spool, tooLarge } from '../../../platform/storage/spool.js';
import type { Caller } from '../../access/index.js';
import { ImportsService } from '../imports.service.js';
import type { ImportKind } from '../import-target.js';
import { ImportTargets } from '../import-targets.js';
import { readUploadForm, type UploadForm } from './upload-form.js';
import { type ClaimedUpload, UploadUrlsService } from './upload-urls.service.js';

/** Greatest size of an uploaded file: 1 GiB, far above a million contacts. */
export const UPLOAD_LIMIT_BYTES = 1024 ** 3;

const KIND_OF_FILE_TYPE: Readonly<Record<string, ImportKind>> = {
  contactlist: 'contact-list',
  dnclist: 'dnc-list',
};

/** Takes files in: streams them to the spool, then starts the import. */
@Injectable()
export class UploadsService {
  constructor(
    private readonly urls: UploadUrlsService,
    private readonly imports: ImportsService,
    private readonly targets: ImportTargets,
    private readonly spool: Spool,
  ) {}

  /** An upload to a URL handed out before. The URL stays usable when the file did not arrive. Returns the run's id. */
  async receive(uploadKey: string, request: FastifyRequest): Promise<string> {
    const upload = await this.urls.claim(uploadKey);
    try {
      const body = checkedBody(request, upload);
      await this.imports.requireIdle(upload.kind, upload.targetId);
      const fileName = await this.spool.save(body, UPLOAD_LIMIT_BYTES);
      return await this.startOrDiscard(fileName, upload);
    } catch (error) {
      await this.urls.release(uploadKey);
      throw error;
    }
  }

  /** An upload by form, as browsers and scripts send it (Genesys Cloud API, multipart upload). Returns the run's id. */
  async receiveForm(caller: Caller, request: FastifyRequest): Promise<string> {
    const form = await readUploadForm(request, this.spool, UPLOAD_LIMIT_BYTES);
    try {
      const { fileName, kind, targetId } = checkedForm(form);
      const target = this.targets.get(kind);
      if (!caller.can(target.permission)) throw missingPermission(target.permission);
      const options = target.readForm(form.fields);
      await target.check(caller.scope(target.permission), targetId, options);
      return await this.imports.start({ kind, targetId, fileName, options });
    } catch (error) {
      if (form.fileName) await this.spool.remove(form.fileName);
      throw error;
    }
  }

  private async startOrDiscard(fileName: string, upload: ClaimedUpload): Promise<string> {
    try {
      return await this.imports.start({ ...upload, fileName });
    } catch (error) {
      await this.spool.remove(fileName);
      throw error;
    }
  }
}

function checkedBody(request: FastifyRequest, upload: ClaimedUpload): Readable {
  const given = mediaType(request.headers['content-type']);
  if (given !== mediaType(upload.contentType)) {
    throw new ApiError(
      'invalid',
      'unsupported.media.type',
      'The content type must be {expected}, as it was asked for; it is {given}.',
      { params: { expected: upload.contentType, given: given || 'missing' } },
    );
  }
  if (Number(request.headers['content-length'] ?? 0) > UPLOAD_LIMIT_BYTES) throw tooLarge(UPLOAD_LIMIT_BYTES);
  if (!(request.body instanceof Readable))
    throw new ApiError('invalid', 'bad.request', 'The request has no file.');
  return request.body;
}

function mediaType(header: string | undefined): string {
  return (header ?? '').split(';')[0]!.trim().toLowerCase();
}

function checkedForm({ fileName, fields }: UploadForm): {
  fileName: string;
  kind: ImportKind;
  targetId: string;
} {
  const kind = KIND_OF_FILE_TYPE[fields.fileType ?? ''];
  const targetId = fields.id ?? '';
  const reasons: Reason[] = [];
  const refuse = (field: string, message: string): unknown =>
    reasons.push({ code: 'invalid.value', field, message });
  if (!fileName) refuse('file', 'The form has no part "file" with the CSV.');
  if (!kind) refuse('fileType', 'The field "fileType" must be contactlist or dnclist.');
  if (!isUUID(targetId)) refuse('id', 'The field "id" must be the id of the list.');
  if (!fileName || !kind || reasons.length > 0) throw reasonsError(reasons);
  return { fileName, kind, targetId };
}

function missingPermission(permission: string): ApiError {
  return new ApiError('forbidden', 'missing.permissions', 'You lack these permissions: {permissions}', {
    params: { permissions: permission },
  });
}
