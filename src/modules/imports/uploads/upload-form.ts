import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../../platform/errors/api-error.js';
import { type Spool, tooLarge } from '../../../platform/storage/spool.js';

export interface UploadForm {
  /** Name of the file in the spool; undefined when the form had none. */
  fileName?: string;
  fields: Record<string, string>;
}

/** Reads a form in whatever order its parts come; the file goes to the spool while it arrives. */
export async function readUploadForm(
  request: FastifyRequest,
  spool: Spool,
  limitBytes: number,
): Promise<UploadForm> {
  if (!request.isMultipart()) {
    throw new ApiError(
      'invalid',
      'unsupported.media.type',
      'Send the file as multipart/form-data, in the part "file".',
    );
  }
  const form: UploadForm = { fields: {} };
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') form.fields[part.fieldname] = String(part.value).trim();
      else if (part.fieldname !== 'file' || form.fileName) part.file.resume();
      else {
        form.fileName = await spool.save(part.file, limitBytes);
        if (part.file.truncated) throw tooLarge(limitBytes);
      }
    }
    return form;
  } catch (error) {
    if (form.fileName) await spool.remove(form.fileName);
    throw error;
  }
}
