import { isDateFormat, unescapeText } from './cell-text.js';
import { MAX_SHARED_CHARS, SharedStrings, tooMuchText } from './shared-strings.js';
import { broken, type XlsxArchive } from './xlsx-archive.js';
import { readWholeXml } from './xml-events.js';

/** What the cells of the first sheet need to be read. */
export interface Workbook {
  sheetPart: string;
  startsIn1904: boolean;
  strings: SharedStrings;
  /** By the number of a cell's style: true when its numbers are dates. */
  dateStyles: boolean[];
}

/** Reads everything of a workbook but its sheets. Throws CsvError when there is no sheet. */
export async function readWorkbook(archive: XlsxArchive): Promise<Workbook> {
  const { sheetId, startsIn1904 } = await readSheets(archive);
  const targets = await readTargets(archive);
  const sheetPart = targets.get(sheetId ?? '');
  if (!sheetPart) throw broken();
  return {
    sheetPart,
    startsIn1904,
    strings: await readStrings(archive),
    dateStyles: await readDateStyles(archive),
  };
}

// The first sheet that can be seen.
async function readSheets(archive: XlsxArchive): Promise<{ sheetId?: string; startsIn1904: boolean }> {
  let sheetId: string | undefined;
  let startsIn1904 = false;
  await readWholeXml(await archive.readSmall('xl/workbook.xml'), {
    open: (name, attributes) => {
      if (name === 'workbookPr') startsIn1904 = /^(?:1|true)$/u.test(attributes.date1904 ?? '');
      if (name !== 'sheet' || sheetId || /hidden/iu.test(attributes.state ?? '')) return;
      sheetId = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1];
    },
  });
  return { sheetId, startsIn1904 };
}

async function readTargets(archive: XlsxArchive): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  await readWholeXml(await archive.readSmall('xl/_rels/workbook.xml.rels'), {
    open: (name, { Id, Target, Type }) => {
      if (name !== 'Relationship' || !Id || !Target || !Type?.endsWith('/worksheet')) return;
      targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`);
    },
  });
  return targets;
}

async function readStrings(archive: XlsxArchive): Promise<SharedStrings> {
  const strings = new SharedStrings();
  let text = '';
  let inText = false;
  let inPhonetics = false;
  await readWholeXml(await archive.read('xl/sharedStrings.xml'), {
    open: (name) => {
      if (name === 'si') text = '';
      else if (name === 'rPh') inPhonetics = true;
      else if (name === 't') inText = !inPhonetics;
    },
    text: (piece) => {
      if (!inText) return;
      text += piece;
      if (text.length > MAX_SHARED_CHARS) throw tooMuchText();
    },
    close: (name) => {
      if (name === 't') inText = false;
      else if (name === 'rPh') inPhonetics = false;
      else if (name === 'si') strings.add(unescapeText(text));
    },
  });
  return strings;
}

async function readDateStyles(archive: XlsxArchive): Promise<boolean[]> {
  const codes = new Map<number, string>();
  const styles: boolean[] = [];
  let inCellStyles = false;
  await readWholeXml(await archive.readSmall('xl/styles.xml'), {
    open: (name, { numFmtId, formatCode }) => {
      const id = Number(numFmtId ?? 0);
      if (name === 'cellXfs') inCellStyles = true;
      else if (name === 'numFmt' && formatCode !== undefined) codes.set(id, formatCode);
      else if (name === 'xf' && inCellStyles) styles.push(isDateFormat(id, codes.get(id)));
    },
    close: (name) => {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return styles;
}
