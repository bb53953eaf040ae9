import { Injectable } from '@nestjs/common';
import type { ExportKind, ExportSource } from './export-source.js';

/** The sources that modules above have registered at start. */
@Injectable()
export class ExportSources {
  private readonly sources = new Map<ExportKind, ExportSource>();

  register(source: ExportSource): void {
    this.sources.set(source.kind, source);
  }

  get(kind: ExportKind): ExportSource {
    const source = this.sources.get(kind);
    if (!source) throw new Error(`Nothing offers exports of the kind ${kind}`);
    return source;
  }
}
