import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../../platform/errors/api-error.js';
import { type Spool, tooLarge } from '../../../platform/storage/spool.js';

export interface UploadForm {
  /** Name of the file in the spool; undefined when the form had none. */
  fileName?: string;
  fields: Record<string, string>;
}

/** Reads a form in whatever order its parts come; the file goes to the spool while it arrives. Throws 400 for what is no form. */
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
    throw isUnreadable(error) ? unreadable(error) : error;
  }
}

// The parser of forms has no code for what it can't read; the disk and the framework have one.
function isUnreadable(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof ApiError) && !('code' in error);
}

function unreadable(cause: Error): ApiError {
  return new ApiError(
    'invalid',
    'bad.request',
    'The form can not be read ({reason}); send it as multipart/form-data, whole.',
    { params: { reason: cause.message }, cause },
  );
}
