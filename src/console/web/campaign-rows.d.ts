import type { LiveFrame } from './live.js';

export interface CampaignEntity {
  id: string;
  name: string;
  campaignStatus: string;
  alwaysRunning?: boolean;
  errors?: { error: string; details?: string }[];
}

export interface ProgressEntity {
  campaign: { id: string };
  numberOfContactsMessaged: number;
  numberOfContactsFailed: number;
  numberOfContactsSkipped: Record<string, number>;
  totalNumberOfContacts: number;
  percentage: number;
  estimatedSecondsToFinish?: number;
}

export interface ListEntity {
  id: string;
  name: string;
  importStatus?: Record<string, unknown>;
}

export interface CampaignRow {
  id: string;
  name: string;
  status: string;
  tone: string;
  why: string;
  isKnown: boolean;
  sent: number;
  failed: number;
  skipped: number;
  total: number;
  percent: number;
  finish: string;
}

export interface ImportRow {
  id: string;
  name: string;
  status: string;
  tone: string;
  why: string;
  records: string;
  rejected: string;
  percent: number;
}

/** Immutable; made by the functions below. */
export interface Board {
  readonly campaigns: Readonly<Record<string, unknown>>;
}

export declare const UNDER_WAY: readonly string[];
export declare function emptyBoard(): Board;
export declare function withCampaigns(board: Board, campaigns: CampaignEntity[]): Board;
export declare function withProgress(board: Board, entries: ProgressEntity[]): Board;
export declare function withLists(
  board: Board,
  kind: 'contactlists' | 'dnclists',
  lists: ListEntity[],
): Board;
export declare function afterEvent(board: Board, frame: LiveFrame): Board;
export declare function topicsOf(board: Board): string[];
export declare function newsBetween(before: Board, after: Board): string[];
export declare function campaignRows(board: Board): CampaignRow[];
export declare function importRows(board: Board): ImportRow[];
export declare function durationText(seconds: number): string;
