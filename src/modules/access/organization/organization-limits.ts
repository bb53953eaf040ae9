import { Injectable } from '@nestjs/common';
import type { ErrorLimit } from '../../../platform/errors/api-error.js';

/** Limits of the organisation by namespace and key; the modules that keep to them register them at start. */
@Injectable()
export class OrganizationLimits {
  private readonly limits: ErrorLimit[] = [];

  register(namespace: string, limits: Readonly<Record<string, number>>): void {
    for (const [key, value] of Object.entries(limits)) this.limits.push({ key, namespace, value });
  }

  /** The limits of a namespace by key; none for an unknown one. */
  find(namespace: string): ErrorLimit[] {
    return this.limits
      .filter((limit) => limit.namespace === namespace)
      .sort((a, b) => a.key.localeCompare(b.key));
  }

  namespaces(): string[] {
    return [...new Set(this.limits.map(({ namespace }) => namespace))].sort();
  }
}
