import type { CsvErrorCode, CsvError } from '../../platform/csv/csv-error.js';

/** Why an import or one of its records failed (Genesys Cloud API, event log: message codes of imports). */
export type ImportCode =
  | 'CONTACT_COLUMNS_LIMIT_EXCEEDED'
  | 'CONTACT_ID_LENGTH_LIMIT_EXCEEDED'
  | 'EXCEEDED_CONTACT_LIMIT'
  | 'EXCEEDED_DNC_RECORD_LIMIT'
  | 'IMPORT_COLUMNS_DO_NOT_EXIST_ON_LIST'
  | 'IMPORT_COLUMN_EXCEEDS_LENGTH_LIMIT'
  | 'IMPORT_CONTACT_DOES_NOT_MATCH_LIST_FORMAT'
  | 'IMPORT_COULD_NOT_PARSE_AN_ENTRY'
  | 'IMPORT_DATUM_EXCEEDS_LENGTH_LIMIT'
  | 'IMPORT_ENTRY_DOES_NOT_ALIGN_WITH_HEADERS'
  | 'IMPORT_EXPIRATION_DATE_EXCEEDS_MAX_DAYS'
  | 'IMPORT_FAILED_CONTACT_DATA_GREATER_THAN_MAX_LENGTH'
  | 'IMPORT_FAILED_CONTACT_DATA_INVALID_DATATYPE'
  | 'IMPORT_FAILED_CONTACT_DATA_NOT_WITHIN_MIN_MAX_RANGE'
  | 'IMPORT_FAILED_TO_READ_HEADERS'
  | 'IMPORT_FILE_NOT_FOUND'
  | 'IMPORT_INTERNAL_ERROR'
  | 'IMPORT_INVALID_CUSTOM_ID'
  | 'IMPORT_INVALID_DATA'
  | 'IMPORT_INVALID_EMAIL_ADDRESSES'
  | 'IMPORT_INVALID_EXPIRATION_DATE'
  | 'IMPORT_INVALID_PHONE_NUMBERS'
  | 'IMPORT_LIST_NO_LONGER_EXISTS'
  | 'IMPORT_MISSING_CUSTOM_ID';

/** A reason that stops a whole import. */
export interface ImportReason {
  code: ImportCode;
  /** A sentence that says what is wrong and what to do; without numbers or names of people. */
  message: string;
}

/** Stops the import for good: trying again with the same file would end the same way. */
export class ImportFailure extends Error {
  readonly code: ImportCode;

  constructor(reasons: [ImportReason, ...ImportReason[]]) {
    super(reasons.map(({ message }) => message).join(' '));
    this.code = reasons[0].code;
  }
}

const CODE_OF_CSV_ERROR: Record<CsvErrorCode, ImportCode> = {
  empty: 'IMPORT_FAILED_TO_READ_HEADERS',
  'not-csv': 'IMPORT_FAILED_TO_READ_HEADERS',
  'bad-header': 'IMPORT_FAILED_TO_READ_HEADERS',
  'unclosed-quote': 'IMPORT_COULD_NOT_PARSE_AN_ENTRY',
  'record-too-long': 'IMPORT_COULD_NOT_PARSE_AN_ENTRY',
};

/** The failure of an import whose file is no readable CSV. */
export function unreadableFile(error: CsvError): ImportFailure {
  return new ImportFailure([{ code: CODE_OF_CSV_ERROR[error.code], message: error.message }]);
}
