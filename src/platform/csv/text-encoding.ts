import { open } from 'node:fs/promises';
import { CsvError } from './csv-error.js';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

// Small enough for its text to lie where garbage is cleared away often.
const CHUNK_BYTES = 64 * 1024;
const SAMPLE_BYTES = 64 * 1024;

const SIGNATURES: [name: string, bytes: number[]][] = [
  ['a ZIP archive', [0x50, 0x4b, 0x03, 0x04]],
  ['an old Excel file (.xls) or one with a password; save it as .xlsx or CSV', [0xd0, 0xcf, 0x11, 0xe0]],
  ['a PNG picture', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG picture', [0xff, 0xd8, 0xff]],
  ['a PDF', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['a gzip archive; unpack it first', [0x1f, 0x8b]],
];
const JSON_START = /^\s*[[{]\s*["{[\]}]/u;
const MARKUP_START = /^\s*<(?:!doctype|html|\?xml|[a-z]+[\s>])/iu;

const CONTROL = /[\u0000-\u0008\u000e-\u001f]/u;

/** The beginning of a file as text, with the encoding it seems to have. Throws CsvError for what is clearly no CSV. */
export async function sniffText(path: string): Promise<{ encoding: TextEncoding; sample: string }> {
  const bytes = await readStart(path);
  if (bytes.length === 0) throw new CsvError('empty', 'The file is empty.');
  const signature = SIGNATURES.find(([, magic]) => magic.every((byte, at) => bytes[at] === byte));
  if (signature) throw new CsvError('not-csv', `The file is not a CSV but ${signature[0]}.`);
  const encoding = bomEncoding(bytes) ?? 'utf-8';
  const sample = new TextDecoder(encoding).decode(bytes, { stream: true });
  if (CONTROL.test(sample)) {
    throw new CsvError('not-csv', 'The file is not a CSV: it has binary data. Export it as CSV, in UTF-8.');
  }
  if (JSON_START.test(sample)) throw new CsvError('not-csv', 'The file is not a CSV but JSON.');
  if (MARKUP_START.test(sample)) throw new CsvError('not-csv', 'The file is not a CSV but HTML or XML.');
  if (sample.trim() === '') throw new CsvError('empty', 'The file has no lines with text.');
  return { encoding, sample };
}

/**
 * The text of a file in chunks, without its byte order mark.
 * Bytes that are no UTF-8 make it throw NotUtf8, so that the caller may choose another encoding.
 */
export async function* readText(path: string, encoding: TextEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: encoding === 'utf-8' });
  let sawSpecial = false;
  for await (const chunk of readChunks(path)) {
    const text = decodeChunk(decoder, chunk, sawSpecial);
    sawSpecial ||= /[\u0080-\uffff]/u.test(text);
    yield text;
  }
  yield decodeChunk(decoder, undefined, sawSpecial);
}

/** The bytes of a file; those of a chunk are good until the next one is asked for. */
async function* readChunks(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** The bytes are no UTF-8. `mixed` when most of the special characters are, so that only some spots are broken. */
export class NotUtf8 extends Error {
  constructor(readonly mixed: boolean) {
    super('not UTF-8');
  }
}

function decodeChunk(decoder: TextDecoder, chunk: Buffer | undefined, sawSpecial: boolean): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch {
    const text = new TextDecoder().decode(chunk);
    const broken = text.match(/\ufffd/gu)?.length ?? 0;
    const valid = text.match(/[^\u0000-\u007f\ufffd]/gu)?.length ?? 0;
    throw new NotUtf8(sawSpecial || valid > broken);
  }
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function bomEncoding(bytes: Buffer): TextEncoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}
