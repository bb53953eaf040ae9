import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';
import { CsvError } from '../csv/csv-error.js';
import { broken } from './xlsx-archive.js';

// No cell and no tag of a workbook is that long; a parser would keep all of it.
const MAX_SILENT_BYTES = 4 * 1024 ** 2;
// Nor is any that deep; a parser keeps the names of all open tags.
const MAX_DEPTH = 64;

export type Attributes = Readonly<Record<string, string>>;

/** What a reader of XML is told; names come without their prefix. */
export interface XmlHandler {
  open(name: string, attributes: Attributes): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** Feeds XML to the handler and yields after each piece of it. Throws CsvError for what is no XML. */
export async function* readXml(source: Readable, handler: XmlHandler): AsyncGenerator<void> {
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  const decoder = new TextDecoder('utf-8');
  let silentBytes = 0;
  let depth = 0;
  parser.on('error', () => {
    throw broken();
  });
  parser.on('opentag', ({ name, attributes }) => {
    silentBytes = 0;
    if (++depth > MAX_DEPTH) throw broken();
    handler.open(localName(name), attributes);
  });
  parser.on('closetag', ({ name }) => {
    depth--;
    handler.close?.(localName(name));
  });
  if (handler.text) parser.on('text', (text) => handler.text?.(text));
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      silentBytes += chunk.length;
      parser.write(decoder.decode(chunk, { stream: true }));
      if (silentBytes > MAX_SILENT_BYTES) throw broken();
      yield;
    }
    parser.close();
    yield;
  } catch (error) {
    throw error instanceof CsvError ? error : broken();
  } finally {
    source.destroy();
  }
}

/** The same for a small part, read to its end. */
export async function readWholeXml(source: Readable | undefined, handler: XmlHandler): Promise<void> {
  if (!source) return;
  for await (const piece of readXml(source, handler)) void piece;
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
