import { Injectable } from '@nestjs/common';
import type { ImportKind, ImportTarget } from './import-target.js';

/** The targets that modules above have registered at start. */
@Injectable()
export class ImportTargets {
  private readonly targets = new Map<ImportKind, ImportTarget>();

  register(target: ImportTarget): void {
    this.targets.set(target.kind, target);
  }

  get(kind: ImportKind): ImportTarget {
    const target = this.targets.get(kind);
    if (!target) throw new Error(`Nothing takes imports of the kind ${kind}`);
    return target;
  }
}
